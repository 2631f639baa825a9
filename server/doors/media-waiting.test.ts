// Whoever waits for a file is judged again before anything of it leaves; and nobody waits long for a small picture: it comes when it is asked for again.
// Holds 'media.enforce_access'.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import sharp from 'sharp';
import { openThumbnails } from '#media/thumbnails.ts';
import { openConverters } from '#media/converter.ts';
import { bearer } from '#test/chat.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { agentFile, contentOf, customerFile, type FileStage, linkOf, openFileStage } from '#test/opening.ts';
import { addApiKey } from '#test/tickets.ts';

const converters = openConverters();
let house: TestHouse;
let admin: Admin;
let cookie: string;
let stage: FileStage;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
});
after(() => {
  converters.close();
  return house.close();
});

let pictures = 0;
/** No two alike: the same bytes are one blob, and have one small picture. */
const picture = async (): Promise<string> => customerFile(house, stage.token, 'photo.png', await sharp({ create: { width: 8, height: 8 + (pictures += 1), channels: 3, background: 'teal' } }).png().toBuffer());
const thumbnailOf = (id: string): string => `/api/v1/files/${id}/thumbnail`;

/** As from a store of files that is slow: what is read for a small picture comes once it is let go. `asked` resolves when somebody reads. */
function slowly(waitMs = 30_000) {
  const { media, thumbnails } = house.building.parts;
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let reads = 0;
  async function* read(name: string) {
    reads += 1;
    asked.resolve();
    await gate.promise;
    yield* media.blobs.read(name);
  }
  const slow = openThumbnails({ blobs: { ...media.blobs, read }, converters, now: () => house.clock.now, waitMs });
  const inPlace = thumbnails as { of: typeof thumbnails.of };
  const { of } = thumbnails;
  inPlace.of = slow.of;
  return {
    asked: asked.promise,
    reads: () => reads,
    /** Resolves when it is made. */
    go() {
      gate.resolve();
      return slow.close();
    },
    over: () => (inPlace.of = of),
  };
}

/** As on a slow disk: the row of an opening is written once it is let go. */
function slowRow() {
  const openings = house.building.parts.openings as { note: typeof house.building.parts.openings.note };
  const { note } = openings;
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  openings.note = (brand, opening) => {
    asked.resolve();
    return gate.promise.then(() => note(brand, opening));
  };
  return {
    asked: asked.promise,
    go: () => gate.resolve(),
    over: () => (openings.note = note),
  };
}

async function meanwhile({ asked, go, over }: { asked: Promise<void>; go(): unknown; over(): unknown }, ask: () => Promise<Answer>, then: () => Promise<unknown>): Promise<Answer> {
  const answer = ask();
  await asked;
  over();
  await then();
  go();
  return answer;
}

const key = (text: string): Record<string, string | undefined> => ({ authorization: `Bearer ${text}`, 'sec-fetch-site': undefined });

it('who signs out or loses a key while a small picture is made gets none', async () => {
  const [mine, theirs, ours] = [await picture(), await picture(), await picture()];
  const agent = await house.signIn(admin);
  const signedOut = await meanwhile(slowly(), () => house.call('GET', thumbnailOf(mine), { cookie: agent }), () => house.call('POST', '/api/v1/sign-out', { cookie: agent }));
  assert.deepEqual([signedOut.status, signedOut.body?.code], [401, 'session.ended']);
  cookie = await house.signIn(admin);
  assert.deepEqual((await house.call('GET', `/api/v1/files/${mine}/openings`, { cookie })).body.openings, [], 'nor has anybody opened it');
  const program = await addApiKey(house, admin, cookie, ['media:read']);
  await house.stepUp(admin, cookie);
  const withdrawn = await meanwhile(slowly(), () => house.call('GET', thumbnailOf(theirs), { headers: key(program.text) }), async () => assert.equal((await house.call('DELETE', `/api/v1/api-keys/${program.id}`, { cookie })).status, 200));
  assert.equal(withdrawn.status, 401, withdrawn.text);
  const stays = await meanwhile(slowly(), () => house.call('GET', thumbnailOf(ours), { headers: bearer(stage.token) }), async () => undefined);
  assert.deepEqual([stays.status, stays.headers['content-type']], [200, 'image/webp'], 'who may have it still gets it');
});

it('the file itself: who loses it while the row of the opening is written gets nothing of it, nor who came by a link and the setting changed', async () => {
  const file = await agentFile(house, cookie, stage.conversation, { name: 'blinds.txt' });
  const agent = await house.signIn(admin);
  const signedOut = await meanwhile(slowRow(), () => house.call('GET', contentOf(file), { cookie: agent }), () => house.call('POST', '/api/v1/sign-out', { cookie: agent }));
  assert.deepEqual([signedOut.status, signedOut.body?.code], [401, 'session.ended']);
  cookie = await house.signIn(admin);
  await house.save(admin, cookie, { 'media.enforce_access': false });
  const link = await linkOf(house, cookie, file);
  const enforced = await meanwhile(slowRow(), () => house.call('GET', link), () => house.save(admin, cookie, { 'media.enforce_access': true }));
  assert.deepEqual([enforced.status, enforced.text.includes('All three')], [401, false]);
});

it('a small picture that takes its time holds nobody’s connection: it is told to come later, and comes; that there is none is found once', async () => {
  const id = await picture();
  const slow = slowly(0);
  const later = await house.call('GET', thumbnailOf(id), { cookie });
  assert.deepEqual([later.status, later.headers['retry-after'], later.text], [202, '2', '']);
  slow.over();
  await slow.go();
  assert.equal((await house.call('GET', thumbnailOf(id), { cookie })).headers['content-type'], 'image/webp');
  const broken = await customerFile(house, stage.token, 'page.pdf', Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'));
  const once = slowly();
  void once.go();
  for (let asked = 0; asked < 2; asked += 1) assert.equal((await house.call('GET', thumbnailOf(broken), { cookie })).status, 204);
  once.over();
  assert.equal(once.reads(), 1);
});
