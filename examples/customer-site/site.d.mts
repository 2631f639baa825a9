// The shop's types, for the tests that are written in TypeScript.
import type { Server } from 'node:http';

export interface SiteSettings {
  readonly desk: string;
  readonly channel: string;
  readonly ticketKey?: string;
  readonly keyId?: string;
  readonly apiKey?: string;
  readonly secure?: boolean;
  readonly say?: (line: string) => void;
}
export function createSite(settings: SiteSettings): Server;
