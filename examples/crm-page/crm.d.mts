// The CRM's types, for the tests that are written in TypeScript.
import type { Server } from 'node:http';

export function createCrm(settings: { readonly desk: string; readonly brand: string }): Server;
