// Converters: small pictures of real files, nothing of a hostile one, and every limit of the process held.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once as happened } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { CONVERTER, CONVERTER_FLAGS, ConverterFault, openConverters } from '#media/converter.ts';

const CHILD = new URL('./thumbnail-child.ts', import.meta.url);
const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R>>endobj
4 0 obj<</Length 24>>stream
1 0 0 rg 0 0 100 50 re f
endstream endobj
trailer<</Root 1 0 R>>
%%EOF`);
const converters = openConverters();
after(() => converters.close());

async function* once(bytes: Uint8Array) {
  yield bytes;
}
const made = async (kind: string, bytes: Uint8Array, using = converters): Promise<Buffer> => (await using.run({ script: CHILD, args: [kind], bytes: once(bytes), turn: { of: ['agent', 'acme', 'Dana'], outside: false } }))!;
const fault = (code: ConverterFault['code']) => (error: unknown) => error instanceof ConverterFault && error.code === code;

describe('a small picture', () => {
  it('of an image: its longer side at most 480 pixels, turned as its camera held it, and without what stood beside the pixels', async () => {
    const tall = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#204080' } }).withMetadata({ orientation: 6, exif: { IFD0: { Artist: 'Dana Levi' } } }).jpeg().toBuffer();
    const picture = await made('image', tall);
    const said = await sharp(picture).metadata();
    assert.deepEqual([said.format, said.width, said.height, said.exif], ['webp', 320, 480, undefined]);
  });

  it('of the first page of a PDF', async () => {
    const picture = await made('pdf', PDF);
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [480, 240]);
    // A red field from the lower left corner to the middle, white beside it.
    const at = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
    assert.ok(at(60, 180).every((value, channel) => Math.abs(value - [255, 0, 0][channel]!) < 12));
    assert.ok(at(400, 60).every((value) => value > 243));
  });

  it('of a drawing, at the size it is shown in, and nothing is fetched for it', async () => {
    const asked: string[] = [];
    const server = createServer((request, answer) => void (asked.push(request.url ?? ''), answer.end())).listen(0, '127.0.0.1');
    await happened(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const elsewhere = `http://127.0.0.1:${port}/a.png`;
    // Not cleaned: even then nobody goes out for it.
    const drawn = await made('svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><style>@import url(${elsewhere});</style><rect width="10" height="10" fill="#ff0000"/><image href="${elsewhere}" width="20" height="10"/><image href="file:///etc/hostname" width="20" height="10"/></svg>`));
    server.close();
    const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, data[info.channels * 100]! > 240, data[(info.width - 100) * info.channels + 3]], [480, 240, true, 0]);
    assert.deepEqual(asked, []);
    for (const bytes of ['<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1"/>', '<svg', PDF]) await assert.rejects(made('svg', Buffer.from(bytes)), fault('failed'));
  });

  it('of a drawing that names other files there is none, whatever it was taken for', async () => {
    await assert.rejects(made('image', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>')), fault('failed'));
  });

  it('of what is none there is none', async () => {
    for (const [kind, bytes] of [['image', Buffer.from('no picture')], ['image', Buffer.alloc(0)], ['pdf', Buffer.from('%PDF-1.7 and nothing more')], ['image', (await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } }).png().toBuffer()).subarray(0, 90)]] as const) {
      await assert.rejects(made(kind, bytes), fault('failed'));
    }
  });
});

describe('the process', () => {
  it('is ended when it takes too long or too much, and others go on', async () => {
    const strict = openConverters({ ...CONVERTER, withinMs: 1 });
    await assert.rejects(made('image', Buffer.from('x'), strict), fault('time'));
    const small = openConverters({ ...CONVERTER, memoryBytes: 1_048_576 });
    await assert.rejects(made('image', await sharp({ create: { width: 4_000, height: 4_000, channels: 3, background: 'red' } }).png().toBuffer(), small), fault('memory'));
  });

  it('what is not the file’s doing is not said of it: bytes that cannot be read, or do not come, or a server that stops', async () => {
    const using = openConverters();
    const turn = { of: ['agent', 'acme', 'Dana'], outside: false };
    const gone = new Error('The store is away.');
    const never = Promise.withResolvers<void>();
    async function* away() {
      yield PDF.subarray(0, 20);
      throw gone;
    }
    async function* stuck() {
      yield PDF.subarray(0, 20);
      await never.promise;
    }
    await assert.rejects(using.run({ script: CHILD, args: ['image'], bytes: away(), turn }), gone);
    await assert.rejects(using.run({ script: CHILD, args: ['image'], bytes: stuck(), turn, withinMs: 1 }), fault('busy'));
    const stopped = assert.rejects(using.run({ script: CHILD, args: ['image'], bytes: once(PDF), turn, wanted: async () => (setImmediate(() => using.close()), true) }), fault('busy'));
    await stopped;
    never.resolve();
  });

  it('reads its program and its libraries, and nothing else of the house: the folder of data may lie in it', () => {
    const house = fileURLToPath(new URL('../', import.meta.url));
    const asked = ['media/thumbnail-child.ts', 'package.json', 'node_modules/sharp/package.json', 'data/portcullis.db', 'data', 'store/tables.ts', 'portcullis.mjs', '..'];
    const script = `console.log(JSON.stringify(${JSON.stringify(asked.map((name) => `${house}${name}`))}.filter((path) => process.permission.has('fs.read', path))), process.permission.has('fs.write'), process.permission.has('child'), process.permission.has('net'))`;
    const { stdout, stderr } = spawnSync(process.execPath, [...CONVERTER_FLAGS, '-e', script], { encoding: 'utf8' });
    assert.equal(stdout.trim(), `${JSON.stringify(asked.slice(0, 3).map((name) => `${house}${name}`))} false false false`, stderr);
  });

  it('lets a few wait of each side of a brand and of each owner; more is refused as busy, and says nothing of the others', async () => {
    const narrow = openConverters({ ...CONVERTER, most: 1, mostWaiting: 3, mostOfOwner: 1 });
    const begin = (owner: string, side: string, brand = 'acme') => narrow.run({ script: CHILD, args: ['image'], bytes: once(Buffer.from('x')), turn: { of: [side, brand, owner], outside: false }, wanted: async () => false });
    const answers = await Promise.allSettled([begin('a', 'chat'), begin('a', 'chat'), begin('a', 'chat'), begin('b', 'chat'), begin('c', 'chat'), begin('d', 'chat'), begin('a', 'agent'), begin('d', 'chat', 'other')]);
    assert.deepEqual(answers.map((one) => (one.status === 'fulfilled' ? one.value : fault('busy')(one.reason))), [null, null, true, null, null, true, null, null]);
    assert.equal(await begin('a', 'chat'), null, 'there is room again');
  });
});

describe('turns', () => {
  /** Work whose bytes the test holds back: it lasts until they are let go. */
  function opened() {
    const using = openConverters();
    const begun: string[] = [];
    const wakes: (() => void)[] = [];
    const held = new Map<string, () => void>();
    const come = (name: string, owner: string, side: string) => {
      const gate = new Promise<void>((go) => held.set(name, go));
      async function* bytes() {
        begun.push(name);
        for (const wake of wakes.splice(0)) wake();
        await gate;
        yield Buffer.from('no picture');
      }
      return assert.rejects(using.run({ script: CHILD, args: ['image'], bytes: bytes(), turn: { of: [side, 'acme', owner], outside: side === 'customer' } }), fault('failed'));
    };
    /** What has begun, once so many have. */
    const after = async (many: number): Promise<string[]> => {
      while (begun.length < many) await new Promise<void>((wake) => wakes.push(wake));
      return begun;
    };
    return { come, after, end: (name: string) => held.get(name)?.() };
  }

  it('of one owner one is made at a time: another’s begins at once, whatever the first one has sent', async () => {
    const { come, after, end } = opened();
    const all = [come('slow 1', 'attacker', 'agent'), come('slow 2', 'attacker', 'agent'), come('slow 3', 'attacker', 'agent'), come('photo', 'Dana', 'agent')];
    assert.deepEqual(await after(2), ['slow 1', 'photo']);
    end('photo');
    all.push(come('photo 2', 'Dana', 'agent'));
    assert.deepEqual(await after(3), ['slow 1', 'photo', 'photo 2'], 'nor does it give its place to the second of the first');
    end('slow 1');
    assert.deepEqual((await after(4)).at(-1), 'slow 2');
    for (const name of ['slow 2', 'slow 3', 'photo 2']) end(name);
    await Promise.all(all);
  });

  it('many owners in the chat hold up no agent: one place is never theirs', async () => {
    const { come, after, end } = opened();
    const all = Array.from({ length: 3 }, (_one, n) => come(`slow ${n}`, `attacker ${n}`, 'customer'));
    all.push(come('photo', 'Dana', 'agent'));
    assert.deepEqual(await after(2), ['slow 0', 'photo']);
    end('photo');
    end('slow 0');
    all.push(come('photo 2', 'Dana', 'agent'));
    assert.deepEqual((await after(4)).toSorted(), ['photo', 'photo 2', 'slow 0', 'slow 1']);
    for (const name of ['photo 2', 'slow 1', 'slow 2']) end(name);
    await Promise.all(all);
  });
});
