// The trial of session.memory: a hundred thousand live sessions of as many people, begun here, then loaded from the store.
import * as agentRows from '#store/agents.ts';
import { personOf } from '#identity/person.ts';
import { openSessions, type Sessions } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import type { Statement } from '#store/store.ts';
import type { SessionTrial } from '../measurements/memory.ts';
import { BRAND, NOW, openOneBrand } from './one-brand.ts';

const SESSIONS = 100_000;
const IN_UNIT = 500;
const COOKIE_BYTES = 57;

function memory(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function agentRow(n: number): agentRows.AgentRow {
  const email = `agent.number${n}@acme.example`;
  return {
    id: newId('agt'), email, email_key: email, name: `Agent Number ${n}`, role: 'agent', capabilities: '["remote_access"]', phone: null, phone_verified_at: null,
    password_hash: null, password_set_at: null, deactivated_at: null, created_at: NOW, must_change: null, password_reminded: null,
  };
}

const addressOf = (n: number): string => `203.0.${(n >> 8) % 114}.${n & 255}`;

const { store, brand, close } = await openOneBrand();
/** Cookies as one flat buffer, which weighs the same at any time. */
const cookies = Buffer.alloc(SESSIONS * COOKIE_BYTES);

/** Numbers that no session here has yet are held smaller than any server holds them: so one of each comes first. */
function stepUpOnce(sessions: Sessions): void {
  const person = personOf({ ...agentRow(0), has_factor: 1 });
  const { session } = sessions.begin({ brandId: BRAND, person, proven: 'password', address: '203.0.113.9', userAgent: 'bench', exemptUntil: NOW + 1 }, NOW);
  sessions.markFactor(session, { stepUpUntil: NOW + 1, address: '203.0.113.9', freshUntil: NOW + 1 }, NOW);
}

async function begin(sessions: Sessions): Promise<void> {
  let statements: Statement[] = [];
  for (let n = 0; n < SESSIONS; n += 1) {
    const agent = agentRow(n);
    // Texts as they come out of a store: a text put together here is held in pieces.
    const person = personOf({ ...structuredClone(agent), has_factor: 1 });
    const begun = sessions.begin({ brandId: BRAND, person, proven: 'password+code', address: addressOf(n), userAgent: 'bench' }, NOW + n);
    sessions.adopt(begun.session);
    cookies.write(begun.cookie, n * COOKIE_BYTES, 'latin1');
    statements.push(agentRows.insert(brand, agent), begun.statement);
    if (statements.length < IN_UNIT * 2) continue;
    await brand.note(statements);
    statements = [];
  }
}

async function load(sessions: Sessions): Promise<void> {
  for (let n = 0; n < SESSIONS; n += 1) {
    // Cut out of a whole header, as the door does.
    const header = `__Host-session=${cookies.toString('latin1', n * COOKIE_BYTES, (n + 1) * COOKIE_BYTES)}; theme=dark`;
    const session = await sessions.load(header.slice(15, 15 + COOKIE_BYTES));
    if (session === null) throw new Error('A session that was saved is not there.');
    // What the door notes at each request: where it came from, and the session's rate.
    session.address = addressOf(n);
    Object.assign(session, 'bucket' in session ? { bucket: { tokens: 199.5, at: performance.now() } } : { busyUntil: performance.now() });
  }
}

/** Bytes a session: what is free again once the sessions are let go, so that nothing else that grew meanwhile counts. */
async function weigh(fill: (sessions: Sessions) => Promise<void>): Promise<number> {
  let held: Sessions | null = openSessions(store, { now: Date.now, uptime: () => performance.now() });
  stepUpOnce(held);
  await fill(held);
  if (held.size() !== SESSIONS) throw new Error(`${held.size()} sessions are live.`);
  const full = memory();
  held = null;
  // What a function still holds in its registers is let go at the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return (full - memory()) / SESSIONS;
}

const begun = await weigh(begin);
const loaded = await weigh(load);
await close();
const result: SessionTrial = { begun, loaded, sessions: SESSIONS };
process.stdout.write(`${JSON.stringify(result)}\n`);
