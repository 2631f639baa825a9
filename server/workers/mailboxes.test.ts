// Mailboxes over several nodes: two nodes on one PostgreSQL read one mailbox at the same moment, again and again, and each mail is there once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { passwordOwner } from '#inbox/mail-channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import { fileDue } from '#server/workers/mail-in.ts';
import { mailboxRound } from '#server/workers/mailboxes.ts';
import { needsDovecot, openDovecot, withoutDovecot } from '#test/dovecot.ts';
import { openHouse } from '#test/house.ts';
import { addMailChannel, conversationsOf } from '#test/mail-stage.ts';
import { readyEnv } from '#test/ready-places.ts';
import { newBrand } from '#test/stores.ts';

describe(needsDovecot('a mailbox and two nodes on one PostgreSQL'), { skip: withoutDovecot, timeout: 60_000 }, () => {
  it('is read by one at a time; each mail is a conversation once, and a node that died is followed by the other', async (t) => {
    const env = await readyEnv('postgres');
    const dovecot = await openDovecot();
    const [a, b] = await Promise.all([openHouse({ env }), openHouse({ env })]);
    t.after(async () => {
      await Promise.all([a.close(), b.close()]);
      dovecot.close();
    });
    const { store, keyring } = a.building.parts;
    const brand = await newBrand(store);
    const channel = await addMailChannel(store, brand);
    const { password, ...mailbox } = dovecot.access;
    await brand.note([mailChannels.update(brand, channel, { imap: JSON.stringify(mailbox), imap_password: keyring.seal(password, passwordOwner(brand.id, channel)) }, true)]);
    const rounds = [mailboxRound(a.building.parts), mailboxRound(b.building.parts)];
    const subjects = async () => (await conversationsOf(brand)).map(({ subject }) => subject).sort();
    const all = Array.from({ length: 12 }, (_, at) => `mail ${String(at).padStart(2, '0')}`);
    for (const [at, subject] of all.entries()) {
      dovecot.put(String(at), subject);
      if (at % 3 === 2) await Promise.all(rounds.map((round) => round()));
    }
    await rounds[0]!();
    await rounds[1]!();
    const kept = await brand.all(brand.q.selectFrom('received_mails').select(['door']));
    assert.deepEqual(kept.map(({ door }) => door), all.map(() => 'imap'), 'kept once each');
    // Both file at once as well.
    while ((await Promise.all([a, b].map(({ building }) => fileDue(building.parts, brand.id)))).some(Boolean));
    assert.deepEqual(await subjects(), all);

    // One took it up and died: for five minutes nobody reads it, then the other does.
    await brand.note([mailChannels.claim(brand, channel, 'node_dead', a.clock.now, a.clock.now + 5 * 60_000)]);
    dovecot.put('late', 'too late');
    await rounds[1]!();
    assert.equal((await brand.all(brand.q.selectFrom('received_mails').select('id'))).length, all.length);
    b.clock.now += 5 * 60_000;
    await rounds[1]!();
    while (await fileDue(b.building.parts, brand.id));
    assert.deepEqual(await subjects(), [...all, 'too late']);
    const row = (await mailChannels.byId(brand, channel))!;
    assert.deepEqual([row.fault, row.claimed_by], [null, null]);
  });
});
