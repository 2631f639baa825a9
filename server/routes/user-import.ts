// People from a CSV file over HTTP: checked line by line first, then invited all at once, with one fresh code.
import { Type } from 'typebox';
import { deny } from '#policy/decision.ts';
import { importPeople, readPeople } from '#identity/user-import.ts';
import * as agentRows from '#store/agents.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { usersDesk } from '#server/routes/users.ts';

/** 500 people of some 500 characters, and what JSON adds to them. */
const MOST_TEXT = 256 * 1024;
const BODY_LIMIT = 1024 * 1024;
const Import = Type.Object({ csv: Type.String({ maxLength: MOST_TEXT }), skipFaulty: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
const Check = Type.Object({ check: Type.Optional(Type.Literal('1')) }, { additionalProperties: false });

export function userImportRoutes(app: App, parts: Parts): void {
  const { store } = parts;
  const { identity, refuse, fresh, adminOf } = usersDesk(parts);

  // The body is read only once the caller is known to be an administrator: the door stands before it.
  app.post('/api/v1/users/import', { config: { door: 'workspace', adminOnly: true }, bodyLimit: BODY_LIMIT, schema: { body: Import, querystring: Check } }, async (request, reply) => {
    const { brand, body, query } = request;
    const read = readPeople(body.csv, await agentRows.all(store.brand(brand.id)), brand.policy);
    const found = { lines: read.lines, right: read.people.length, faults: read.faults, broken: read.broken };
    if (query.check === '1') return reply.send({ ...found, people: read.people.map(({ line, fields }) => ({ line, name: fields.name, email: fields.email.address, role: fields.role, capabilities: fields.capabilities, phone: fields.phone })) });
    const takes = read.people.length > 0 && (read.faults.length === 0 || (body.skipFaulty === true && !read.broken));
    if (!takes) return reply.code(422).header('content-type', 'application/problem+json').send(refusal(found));
    if (!(await fresh(request))) return refuse(request, reply, deny('step_up.required', null, {}));
    const imported = await importPeople(identity, await adminOf(request), read.people.map(({ fields }) => fields));
    if (imported.ok === 'raced') {
      const again = readPeople(body.csv, await agentRows.all(store.brand(brand.id)), brand.policy);
      return reply.code(422).header('content-type', 'application/problem+json').send(refusal({ lines: again.lines, right: again.people.length, faults: again.faults, broken: again.broken }));
    }
    if (!imported.ok) return refuse(request, reply, imported.denial);
    return reply.code(201).send({ invited: imported.ids.length, skipped: read.lines - read.people.length, faults: read.faults });
  });
}

/** RFC 9457, with the list of faults that a file has: a line and a column each. */
function refusal(found: { lines: number; right: number; faults: unknown; broken: boolean }) {
  const code = 'import.faulty';
  return { type: `urn:portcullis:problem:${code}`, title: 'Some lines are not right', status: 422, code, detail: 'Some lines of the file are not right; nobody was invited.', ...found };
}
