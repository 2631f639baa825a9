// Tar and gzip: what lies inside is counted and looked at by name; archives in archives are refused here.
import { createGunzip } from 'node:zlib';
import { BEGINNING, isClosed, isGzipped, isTar, isZipped } from '#media/examine/archives.ts';
import { damaged, Finding, LIMITS } from '#media/examine/finding.ts';
import { type Expanding, spend, UNPACKED_AT_ONCE } from '#media/examine/zip.ts';
import { runsByName } from '#media/file-name.ts';

const octal = (file: Buffer, at: number, length: number): number => Number.parseInt(file.toString('latin1', at, at + length).replace(/[\0 ]+$/, '').trim() || '0', 8);

/** A name that would land elsewhere, or run. */
function judgeName(name: string): void {
  if (/^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(name)) throw damaged('name_leads_out');
  if (runsByName(name)) throw new Finding('upload.active_content', { form: 'tar' });
}

/** Names that stand in an entry of their own and take the place of the next header's: pax records (`27 path=…`), GNU's long names. */
function judgeLongNames(type: string, body: Buffer): void {
  const text = body.toString('utf8');
  if (type === 'L') judgeName(text.replace(/\0+$/, ''));
  else if (type === 'K' || /^\d+ (?:linkpath|GNU\.sparse\.\w+)=/m.test(text)) throw damaged('link');
  else for (const { groups } of text.matchAll(/^\d+ path=(?<name>[^\n]*)$/gm)) judgeName(groups?.['name'] ?? '');
}

/** Every header of a tar that lies whole in memory. */
export function judgeTar(file: Buffer): void {
  let entries = 0;
  for (let at = 0; at + 512 <= file.length; ) {
    if (file[at] === 0) break;
    const name = `${file.toString('utf8', at + 345, at + 500).replace(/\0.*$/s, '')}/${file.toString('utf8', at, at + 100).replace(/\0.*$/s, '')}`.replace(/^\//, '');
    const size = octal(file, at + 124, 12);
    if (!Number.isSafeInteger(size) || size < 0) throw damaged('entry');
    entries += 1;
    if (entries > LIMITS.entries) throw new Finding('upload.expands_too_far', { entries });
    // A link may lead out of wherever somebody unpacks it.
    if (file[at + 156] === 0x31 || file[at + 156] === 0x32) throw damaged('link');
    judgeName(name);
    const type = String.fromCharCode(file[at + 156] as number);
    if ('xgLK'.includes(type)) judgeLongNames(type, file.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
    if (at > file.length + 511) throw damaged('cut_off');
  }
  if (entries === 0) throw damaged('empty');
}

/** A packed tar that is larger is refused. */
const MOST_KEPT = 64 * 1_048_576;

/** Unpacks to count, and looks into a tar inside. */
export function judgeGzip(file: Buffer, expanding: Expanding): Promise<void> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: UNPACKED_AT_ONCE });
    const kept: Buffer[] = [];
    let [bytes, held] = [0, 0];
    gunzip.on('data', (piece: Buffer) => {
      bytes += piece.length;
      try {
        spend(expanding, piece.length);
      } catch (error) {
        gunzip.destroy(error as Error);
        return;
      }
      if (bytes > MOST_KEPT) return;
      kept.push(piece);
      held += piece.length;
    });
    gunzip.on('error', (error) => reject(error instanceof Finding ? error : damaged('packed')));
    gunzip.on('end', () => {
      try {
        const inside = Buffer.concat(kept);
        const begin = inside.toString('latin1', 0, BEGINNING);
        if (isZipped(begin) || isGzipped(begin) || isClosed(begin)) throw new Finding('upload.expands_too_far', { depth: 2 });
        if (/^(?:MZ|\u007fELF|\u00ca\u00fe\u00ba\u00be|#!)/.test(begin)) throw new Finding('upload.active_content', { form: 'gz' });
        if (inside.length >= BEGINNING && isTar(begin)) {
          // What lies behind would be judged by nobody.
          if (bytes > held) throw new Finding('upload.expands_too_far', { bytes });
          judgeTar(inside);
        }
        resolve();
      } catch (error) {
        reject(error as Error);
      }
    });
    gunzip.end(file);
  });
}
