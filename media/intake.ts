// The one way a file comes in, from whichever door: judged as declared, counted, recognised, looked through, stripped, stored; then a message may carry it.
import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { decideDeclaredUpload, decideFile, decideUpload, stripsMetadata, type UploadFacts, type UploadFinding, uploadSettings } from '#policy/decide/upload.ts';
import { type Decision, type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { Antivirus, Verdict } from '#outside/antivirus/antivirus.ts';
import { BlobFault, type Blobs } from '#outside/blobs/blobs.ts';
import * as fileRows from '#store/files.ts';
import { type BrandId, type BrandStore, type Committed, Conflict, type Part, type Store } from '#store/store.ts';
import { keepBlob, type Keeping } from '#media/blob-keeping.ts';
import { type Examiners, type ExamineTurn, GONE, NO_TURN } from '#media/examiners.ts';
import { readFileName } from '#media/file-name.ts';
import { asRow, type Course, entryOf, faultOf, type Incoming, type Row, rowOf, type TakenIn } from '#media/file-rows.ts';
import { holdBack } from '#media/quarantine.ts';
import { bySetting, refusedAt, type Step } from '#media/receipt.ts';
import { discard, spool, type Spooled } from '#media/spool.ts';
import { hasRoom, isTooMany, stillRoom, TOO_MANY_WAITING } from '#media/waiting.ts';

export interface IntakeParts {
  readonly store: Store;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly keyring: Pick<Keyring, 'mac' | 'seal' | 'open'>;
  readonly blobs: Blobs;
  /** Null: none is configured, and nothing is looked through. */
  readonly antivirus: Antivirus | null;
  /** Where files are looked through, apart from the server. */
  readonly examiners: Examiners;
  /** A folder of this node alone, where files lie while they come in. */
  readonly spoolFolder: string;
  readonly now: () => number;
  /** Told of each file that was judged to its end, once: for the journal. What broke off on the way was not judged. */
  readonly judged?: (judged: JudgedFile) => void;
}

export interface JudgedFile {
  readonly brandId: BrandId;
  readonly channelId: string;
  readonly author: Incoming['author'];
  readonly facts: UploadFacts;
  readonly decision: Decision;
  readonly policy: Policy;
}

export type { Incoming, TakenIn };

/** What a file is judged by when nothing of it has come. */
export const asDeclared = ({ side, declaredBytes }: Pick<Incoming, 'side' | 'declaredBytes'>, { extensionType, unsafe: unsafeName }: Course['named']): UploadFacts =>
  ({ side, extensionType, unsafeName, declaredBytes, bytes: null, contentType: null, finding: null });

/**
 * Takes one file in. Throws `Conflict` where `admission` does not hold any more, and `upload.busy` where no turn came to look through it or its sender is gone, with nothing
 * written: it may come again as it is. Throws `StoreFault`. What the sender did wrong is a denial with a row.
 */
export async function takeIn(parts: IntakeParts, brandId: BrandId, incoming: Incoming): Promise<TakenIn> {
  const brand = parts.store.brand(brandId);
  const course: Course = { incoming, named: readFileName(incoming.name), judged: [] };
  const { policy, side, declaredBytes } = incoming;
  const { extensionType, unsafe: unsafeName } = course.named;
  const declared = decideDeclaredUpload(policy, { side, extensionType, unsafeName, declaredBytes });
  const told = (facts: Partial<UploadFacts>, judgedBy: Policy): void => {
    const whole = { ...asDeclared(incoming, course.named), ...facts };
    parts.judged?.({ brandId, channelId: incoming.channelId, author: incoming.author, facts: whole, decision: decideFile(judgedBy, whole), policy: judgedBy });
  };
  if (!declared.allowed) {
    told({}, policy);
    return refuse(parts, brand, course, 'declared', declared, declaredBytes);
  }
  if (!(await hasRoom(brand, incoming))) return refuse(parts, brand, course, 'declared', TOO_MANY_WAITING, declaredBytes);
  course.judged.push({ step: 'declared', result: 'passed', ...bySetting(policy, uploadSettings[side].enabled) });
  const most = policy.values['upload.max_bytes'];
  const spooling = await spool(parts.spoolFolder, incoming.body, Math.min(most, declaredBytes ?? most));
  if (!spooling.ok) {
    const { why, bytes } = spooling;
    // More than was announced, and still not more than the setting allows: a lie, or a mistake, about the length.
    const over = bytes > most ? decideUpload(policy, { side, extensionType, unsafeName, declaredBytes: null, bytes, contentType: extensionType }) : faultOf('upload.incomplete', null, { bytes, declaredBytes });
    // It was read until it was over: at least one byte more.
    if (why === 'over' && bytes > most) told({ declaredBytes: null, bytes: most + 1, contentType: extensionType }, policy);
    const denial = why === 'full' ? faultOf('upload.storage_full') : why === 'over' && !over.allowed ? over : faultOf('upload.incomplete', null, { bytes, declaredBytes });
    return refuse(parts, brand, course, 'counted', denial, bytes);
  }
  const { spooled } = spooling;
  let given = false;
  try {
    const taken = await judgeSpooled(parts, brand, course, spooled, told);
    given = taken.ok && taken.file.stripped === 0;
    return taken;
  } catch (error) {
    // Others of the same customer were quicker.
    if (!isTooMany(error)) throw error;
    return refuse(parts, brand, course, 'stored', TOO_MANY_WAITING, spooled.bytes);
  } finally {
    spooled.close();
    // What was kept as it came lies elsewhere now.
    if (!given) await discard(spooled.path);
  }
}

type Told = (facts: Partial<UploadFacts>, judgedBy: Policy) => void;

async function judgeSpooled(parts: IntakeParts, brand: BrandStore, course: Course, spooled: Spooled, told: Told): Promise<TakenIn> {
  const { path, bytes, sha256 } = spooled;
  const { incoming: { side, declaredBytes }, named: { extensionType, unsafe: unsafeName }, judged } = course;
  const policy = course.incoming.policyNow?.() ?? course.incoming.policy;
  if (declaredBytes !== null && bytes !== declaredBytes) return refuse(parts, brand, course, 'counted', faultOf('upload.incomplete', null, { bytes, declaredBytes }), bytes);
  judged.push({ step: 'counted', result: 'passed', ...bySetting(policy, 'upload.max_bytes'), facts: { bytes } });
  // Nothing of it is read yet where what is known already refuses it.
  const again = decideUpload(policy, { side, extensionType, unsafeName, declaredBytes, bytes, contentType: extensionType });
  if (!again.allowed || extensionType === null) {
    told({ bytes, contentType: extensionType }, policy);
    return refuse(parts, brand, course, 'counted', again.allowed ? faultOf('upload.type_not_allowed') : again, bytes);
  }
  const out = `${path}.bare`;
  const strips = stripsMetadata(policy);
  let left = true;
  try {
    const examined = await parts.examiners.examine({ path, claimed: extensionType, out, strips }, turnOf(brand, course));
    if (!examined.ok && isPutOff(course, examined.facts['why'])) throw new Conflict('upload.busy');
    left = !examined.ok || examined.written;
    // What broke before anybody knew what it is, is refused for that, not for its type.
    const contentType = examined.ok ? examined.type : extensionType;
    const counted = decideUpload(policy, { side, extensionType, unsafeName, declaredBytes, bytes, contentType });
    const found = (finding: UploadFinding | null): void => told({ bytes, contentType, finding }, policy);
    if (!counted.allowed) {
      found(null);
      return await refuse(parts, brand, course, 'type', counted, bytes);
    }
    judged.push({ step: 'type', result: 'passed', ...bySetting(policy, uploadSettings[side].types), facts: { contentType, form: examined.form } });
    if (!examined.ok) {
      found(examined.code);
      return await refuse(parts, brand, course, examined.code === 'upload.not_stripped' ? 'metadata' : 'contents', deny(examined.code, examined.code === 'upload.not_stripped' ? 'upload.strip_metadata' : null, examined.facts), bytes);
    }
    judged.push(examined.cleaned === null ? { step: 'contents', result: 'passed' } : { step: 'contents', result: 'cleaned', facts: { removed: examined.cleaned.length === 0 ? 'nothing' : examined.cleaned } });
    const kept: Keeping = examined.written ? { path: out, ...(await measured(out)) } : { path, bytes, sha256, flush: spooled.flush };
    // Written anew in our way, a drawing may have become much longer than it came.
    const cleaned = examined.cleaned === null ? counted : decideUpload(policy, { side, extensionType, unsafeName, declaredBytes: null, bytes: kept.bytes, contentType });
    if (!cleaned.allowed) {
      told({ declaredBytes: null, bytes: kept.bytes, contentType }, policy);
      return await refuse(parts, brand, course, 'contents', cleaned, kept.bytes);
    }
    const scanned = async (of: string): Promise<Verdict | null> => {
      if (parts.antivirus === null) return null;
      const file = createReadStream(of, { highWaterMark: 256 * 1024 });
      // A scanner that is away reads nothing of it: it is closed all the same, or what was refused would stay on the disk, and open, until nothing more can be.
      return parts.antivirus.scan(file).finally(() => file.destroy());
    };
    // What came, and what is kept in its place: taking something out may put together what stood apart.
    const came = await scanned(path);
    const verdict = came?.outcome === 'clean' && examined.written ? await scanned(out) : came;
    found(verdict === null || verdict.outcome === 'clean' ? null : verdict.outcome === 'found' ? 'upload.virus_found' : 'upload.not_scanned');
    if (verdict?.outcome === 'unknown') return await refuse(parts, brand, course, 'antivirus', faultOf('upload.not_scanned', null, { why: verdict.why }), bytes);
    if (verdict?.outcome === 'found') return await holdBack(parts, brand, course, { path, bytes }, verdict.name);
    judged.push({ step: 'antivirus', result: verdict === null ? 'off' : 'passed' });
    judged.push({ step: 'metadata', result: examined.removed !== null && examined.removed.length > 0 ? 'changed' : strips ? 'passed' : 'off', ...bySetting(policy, 'upload.strip_metadata'), facts: { removed: examined.removed ?? (strips ? 'nothing: its own details stay in it' : null) } });
    const taken = await accept(parts, brand, course, kept, examined.written);
    left &&= !taken.ok;
    return taken;
  } finally {
    if (left) await discard(out);
  }
}

/** Whose turn it takes with those who wait. */
function turnOf(brand: BrandStore, { incoming: { door, author, channelId, network, gone, waits, allowance } }: Course): ExamineTurn {
  const [outside, person] = [door === 'chat' || door === 'mail', `${author.kind} ${author.id ?? ''}`];
  return { of: outside ? [door, brand.id, door === 'chat' ? (network ?? '') : channelId, person] : ['house', brand.id, person], outside, gone, waits, allowance };
}

/** A mail comes once and waits for nobody's answer: where no turn came for one of its files, that is said with it. */
const isPutOff = ({ incoming: { door } }: Course, why: unknown): boolean => why === GONE || (why === NO_TURN && door !== 'mail');

async function measured(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    bytes += piece.byteLength;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function accept(parts: IntakeParts, brand: BrandStore, course: Course, kept: Keeping, stripped: boolean): Promise<TakenIn> {
  const { incoming, judged } = course;
  const { bytes } = kept;
  try {
    const file = await keepBlob(parts, brand, kept, async (blobKey, blobStatements) => {
      const now = parts.now();
      const row: Row = { ...rowOf({ ...course, judged: [...judged, { step: 'stored', result: 'passed', facts: { bytes } }] }, now), state: 'accepted', bytes, sha256: kept.sha256, blob_key: blobKey, stripped: stripped ? 1 : 0 };
      const statements = [...(incoming.admission?.() ?? []), ...blobStatements, fileRows.insert(brand, row), ...stillRoom(brand, incoming, row)];
      await parts.commit([brand.part({ statements, entries: [entryOf('file.accepted', row, { stripped: row.stripped === 1 }, now)] })]);
      return asRow(row);
    });
    return { ok: true, file };
  } catch (error) {
    if (error instanceof BlobFault && error.code === 'blob.full') return refuse(parts, brand, course, 'stored', faultOf('upload.storage_full'), bytes);
    throw error;
  }
}

/** A refused file is a row, so that the message that carried it can say so. Over HTTP the row of the trail is written with the answer; for a mail nobody answers. */
async function refuse(parts: IntakeParts, brand: BrandStore, course: Course, step: Step, denial: Denial, bytes: number | null): Promise<TakenIn> {
  const { incoming, judged } = course;
  const now = parts.now();
  judged.push(refusedAt(step, incoming.policy, denial));
  const row: Row = { ...rowOf(course, now), denial: denial.code, bytes };
  const statements = [...(incoming.admission?.() ?? []), fileRows.insert(brand, row)];
  const facts = { code: denial.code, ...(denial.setting === null ? {} : { setting: denial.setting, origin: incoming.policy.origins[denial.setting], policyVersion: incoming.policy.version }), ...denial.facts };
  if (incoming.door === 'mail') await parts.commit([brand.part({ statements, entries: [entryOf('file.refused', row, facts, now)] })]);
  else await brand.note(statements);
  return { ok: false, file: asRow(row), denial: deny(denial.code, denial.setting, { ...denial.facts, channel: incoming.channelId, file: row.id, ...(incoming.conversationId === null ? {} : { conversation: incoming.conversationId }) }) };
}
