// Writes docs/reference/ from the loaded catalogue, denials, events, configuration and routes, and the types of the API's client: nothing there is written by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { EVENTS } from '#audit/events.ts';
import { catalogue, keys, settingOf, tabs } from '#policy/catalogue.ts';
import { denials } from '#policy/decision.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { policySchema } from '#policy/schema.ts';
import { VARIABLES } from '#server/config.ts';
import { apiDocument } from '#tools/api-document.ts';
import { clientTypes } from '#tools/client-types.ts';

export interface Reference {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const FOLDER = 'docs/reference';
const MADE = 'This page is written by `tools/reference.ts` from the code; change it there.';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function settingsJson(): string {
  const list = keys.map((key) => {
    const { tab, kind, default: standard, label, help, limits, scope, doors, judged } = settingOf(key);
    return { key, tab, label, help, limits: limits ?? null, kind: kind.name, schema: kind.jsonSchema(), default: standard, scope, doors, judged: judged ?? null, enforced: notEnforced[key] === undefined, enforcedBy: notEnforced[key] ?? null };
  });
  return `${JSON.stringify(list, null, 2)}\n`;
}

function settingsPage(): string {
  const sections = tabs.map((tab) => {
    const settings = tab.keys.map((key) => {
      const { kind, default: standard, label, help, limits, scope, doors, judged } = settingOf(key);
      const print = kind.print as (value: unknown) => string;
      const state = notEnforced[key] === undefined ? `Enforced at: ${doors.join(', ')}.${judged === undefined ? '' : ` ${judged}`}` : `**Not enforced yet**, so it cannot be saved. Comes with “${notEnforced[key]}”.`;
      return `### \`${key}\`: ${label}\n\n${help}${limits === undefined ? '' : ` ${limits}`}\n\nKind \`${kind.name}\`, scope \`${scope}\`, default: ${print(standard)}\n\n${state}`;
    });
    return `## ${tab.title}\n\n${tab.description}\n\n${settings.join('\n\n')}`;
  });
  return `# Settings\n\n${MADE}\n\n${sections.join('\n\n')}\n`;
}

function denialsPage(): string {
  const rows = Object.entries(denials).map(([code, told]) => [`\`${code}\``, String(told.status), told.title, told.sentence]);
  return `# Refusals\n\n${MADE}\n\nEvery refusal is \`application/problem+json\` (RFC 9457) with a stable \`code\`, a sentence, and the \`id\` of its row in the audit trail.\n\n${table(['Code', 'Status', 'Title', 'What the person is told'], rows)}\n`;
}

function configurationPage(): string {
  const rows = Object.entries(VARIABLES).map(([name, meaning]) => [`\`${name}\``, meaning]);
  return `# Configuration\n\n${MADE}\n\nRead from the environment, or from a file of the same \`NAME=value\` lines that \`PORTCULLIS_CONFIG\` names. A wrong value stops the start, all faults at once.\n\n${table(['Name', 'Meaning'], rows)}\n`;
}

function eventsPage(): string {
  return `# Events of the audit trail\n\n${MADE}\n\nThe names are permanent.\n\n${Object.keys(EVENTS).map((name) => `- \`${name}\``).join('\n')}\n`;
}

/** Every reference file as it must stand in the repository. */
export async function references(): Promise<Reference[]> {
  const api = await apiDocument();
  return [
    { path: `${FOLDER}/openapi.json`, text: `${JSON.stringify(api, null, 2)}\n` },
    { path: 'sdk/api-types.ts', text: clientTypes(api) },
    { path: `${FOLDER}/settings.json`, text: settingsJson() },
    { path: `${FOLDER}/settings.md`, text: settingsPage() },
    { path: `${FOLDER}/policy.schema.json`, text: `${JSON.stringify(policySchema(), null, 2)}\n` },
    { path: `${FOLDER}/denials.md`, text: denialsPage() },
    { path: `${FOLDER}/configuration.md`, text: configurationPage() },
    { path: `${FOLDER}/events.md`, text: eventsPage() },
  ];
}

if (import.meta.main) {
  mkdirSync(new URL(`../${FOLDER}`, import.meta.url), { recursive: true });
  for (const { path, text } of await references()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
  process.stdout.write(`${Object.keys(catalogue).length} settings were written to ${FOLDER}.\n`);
}
