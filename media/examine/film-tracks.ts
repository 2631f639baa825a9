// Tracks of a film that tell of it while it plays (GoPro's places, a telephone's sensors; ISO 14496-12, handler `meta`): where the bytes of their samples stand.
import { damaged } from '#media/examine/finding.ts';

interface Box { readonly type: string; readonly from: number; readonly to: number }

/** Boxes side by side; those of 64 bits are none that stand in a track. */
function boxesOf(file: Buffer, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = file.readUInt32BE(at);
    if (size < 8 || at + size > to) break;
    found.push({ type: file.toString('latin1', at + 4, at + 8), from: at + 8, to: at + size });
    at += size;
  }
  return found;
}

const within = (file: Buffer, box: Box | undefined, type: string): Box | undefined => (box === undefined ? undefined : boxesOf(file, box.from, box.to).find((one) => one.type === type));

/** Null: the track is picture, sound or text. Else the stretches of its samples, none where it holds none by itself. */
export function toldBy(file: Buffer, track: { readonly from: number; readonly to: number }): (readonly [from: number, to: number])[] | null {
  const media = within(file, { type: 'trak', ...track }, 'mdia');
  const handler = within(file, media, 'hdlr');
  if (handler === undefined || !/^(?:meta|camm|gps )$/.test(file.toString('latin1', handler.from + 8, handler.from + 12))) return null;
  const table = within(file, within(file, media, 'minf'), 'stbl');
  const [sizes, runs, places] = [within(file, table, 'stsz'), within(file, table, 'stsc'), within(file, table, 'stco') ?? within(file, table, 'co64')];
  if (sizes === undefined || runs === undefined || places === undefined) return [];
  const each = file.readUInt32BE(sizes.from + 4);
  const samples = file.readUInt32BE(sizes.from + 8);
  const chunks = file.readUInt32BE(places.from + 4);
  const wide = places.type === 'co64' ? 8 : 4;
  if (chunks * wide > places.to - places.from || (each === 0 && samples * 4 > sizes.to - sizes.from)) throw damaged('track');
  const found: [number, number][] = [];
  let [sample, run] = [0, -1];
  const runCount = file.readUInt32BE(runs.from + 4);
  if (runCount * 12 > runs.to - runs.from) throw damaged('track');
  for (let chunk = 0; chunk < chunks && sample < samples; chunk += 1) {
    while (run + 1 < runCount && file.readUInt32BE(runs.from + 8 + (run + 1) * 12) <= chunk + 1) run += 1;
    const many = run < 0 ? 0 : Math.min(file.readUInt32BE(runs.from + 12 + run * 12), samples - sample);
    const from = wide === 8 ? Number(file.readBigUInt64BE(places.from + 8 + chunk * 8)) : file.readUInt32BE(places.from + 8 + chunk * 4);
    let bytes = each * many;
    if (each === 0) for (let n = 0; n < many; n += 1) bytes += file.readUInt32BE(sizes.from + 12 + (sample + n) * 4);
    if (from + bytes > file.length) throw damaged('cut_off');
    found.push([from, from + bytes]);
    sample += many;
  }
  return found;
}
