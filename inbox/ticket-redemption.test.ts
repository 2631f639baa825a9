// Tests of tickets at the chat door: once, on every node, within their window, and why they are refused.
import assert from 'node:assert/strict';
import * as apiKeyRows from '#store/api-keys.ts';
import * as channelKeyRows from '#store/channel-keys.ts';
import * as ticketRows from '#store/tickets.ts';
import { signOutHash } from '#inbox/customer-identity.ts';
import { addressOfChannel, redeemTicket } from '#inbox/ticket-redemption.ts';
import { sweepRows } from '#server/workers/sweep.ts';
import { eachStore } from '#test/stores.ts';
import { codeOf, keyring, minted, NOW, POLICY, policyOf, redeem, stage, whoOf } from '#test/ticket-stage.ts';
import { addChannel, addSiteKey, signed } from '#test/tickets.ts';

for (const alg of ['EdDSA', 'ES256'] as const) {
  eachStore(`a signed ticket is redeemed once, however many nodes try at once; ${alg}`, async (store, { again }) => {
    const at = await stage(store, { alg });
    const other = await again();
    const ticket = signed(at.site, at.audience, NOW);
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, turn) => redeem(at, ticket, { store: turn % 2 === 0 ? store : other })));
    assert.equal(outcomes.filter((one) => one.ok).length, 1);
    for (const one of outcomes) if (!one.ok) assert.equal(codeOf(one), 'ticket.replayed used');
    assert.equal(codeOf(await redeem(at, ticket, { store: other })), 'ticket.replayed used');
  });
}

eachStore('a used ticket stays used after a restart, after a sweep, and when the window is widened later', async (store, { again }) => {
  const at = await stage(store);
  const ticket = signed(at.site, at.audience, NOW, { exp: NOW / 1_000 + 7_200 });
  assert.equal(codeOf(await redeem(at, ticket, { store })), 'redeemed');
  const later = await again();
  const then = NOW + 3_600_000;
  await sweepRows({ store: later, now: () => then });
  assert.equal(codeOf(await redeem(at, ticket, { store: later, now: then, policy: policyOf(86_400) })), 'ticket.replayed used');
  // Forgotten once it is dead under every policy.
  await sweepRows({ store: later, now: () => NOW + 7_231_000 });
  const rows = await at.brand.all(at.brand.q.selectFrom('used_tickets').selectAll());
  assert.equal(rows.length, 0);
  assert.match(codeOf(await redeem(at, ticket, { store: later, now: NOW + 7_231_000, policy: policyOf(86_400) })), /^ticket\.expired/);
});

eachStore('a minted ticket is redeemed once; what it says is sealed', async (store, { again }) => {
  const at = await stage(store);
  const other = await again();
  const { text } = await minted(at, { external_id: 'secret-customer-9', email: 'nine@example.com' });
  const row = (await at.brand.all(at.brand.q.selectFrom('tickets').selectAll()))[0]!;
  for (const column of Object.values(row)) assert.ok(!Buffer.from(column instanceof Uint8Array ? column : String(column)).includes('nine'), 'no claim stands open');
  assert.ok(!JSON.stringify(row).includes(text.slice(20)));
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, turn) => redeem(at, text, { store: turn % 2 === 0 ? store : other })));
  assert.equal(outcomes.filter((one) => one.ok).length, 1);
  for (const one of outcomes) if (!one.ok) assert.equal(codeOf(one), 'ticket.replayed used');
});

eachStore('one that is not for once works several times within the window, for the same customer', async (store) => {
  const at = await stage(store);
  for (const ticket of [signed(at.site, at.audience, NOW, { one_time: false, external_id: 'm-1' }), (await minted(at, { external_id: 'm-2', one_time: false })).text]) {
    const first = whoOf(await redeem(at, ticket, { store }));
    assert.equal(whoOf(await redeem(at, ticket, { store, now: NOW + 59_999 })), first);
    assert.match(codeOf(await redeem(at, ticket, { store, now: NOW + 60_000 })), /^ticket\.expired/);
  }
});

eachStore('the window is the policy\'s of now, for minted ones too', async (store) => {
  const at = await stage(store);
  const { text } = await minted(at, { external_id: 'w-1', one_time: false }, { policy: policyOf(600) });
  assert.equal(codeOf(await redeem(at, text, { store, now: NOW + 599_999, policy: policyOf(600) })), 'redeemed');
  assert.match(codeOf(await redeem(at, text, { store, now: NOW + 10_000, policy: policyOf(10) })), /^ticket\.expired/);
  assert.match(codeOf(await redeem(at, text, { store, now: NOW + 600_000, policy: policyOf(86_400) })), /^ticket\.expired/);
});

eachStore('refused, each with its code and a reason for the row, and nothing of the customer in it', async (store) => {
  const at = await stage(store);
  const { site, audience, brand } = at;
  const elsewhere = await addChannel(brand, 'Other');
  const siteElsewhere = await addSiteKey(brand, elsewhere);
  const far = await stage(store);
  const farKey = await addSiteKey(far.brand, far.channelId);
  const revoked = await addSiteKey(brand, at.channelId);
  await brand.note([channelKeyRows.revoke(brand, revoked.id, NOW)]);
  const dead = await minted(at, { external_id: 'x' });
  await brand.note([apiKeyRows.revoke(brand, dead.keyId, NOW)]);
  const there = await minted({ ...at, channelId: elsewhere }, { external_id: 'x' });
  const s = NOW / 1_000;
  const rows: readonly [string, string, string][] = [
    ['another brand', signed(farKey, far.audience, NOW), 'ticket.foreign audience'],
    ['another channel of the brand', signed(siteElsewhere, addressOfChannel(brand.id, elsewhere), NOW), 'ticket.foreign audience'],
    ['another channel\'s key', signed(siteElsewhere, audience, NOW), 'ticket.foreign other_channel'],
    ['minted for another channel', there.text, 'ticket.foreign other_channel'],
    ['minted for another brand', (await minted(far, { external_id: 'x' })).text, 'ticket.foreign other_brand'],
    ['a key nobody knows', signed({ ...site, id: 'key_unknown' }, audience, NOW), 'ticket.invalid key_unknown'],
    ['another key\'s signature', signed({ ...siteElsewhere, id: site.id }, audience, NOW), 'ticket.invalid signature'],
    ['a revoked key', signed(revoked, audience, NOW), 'ticket.invalid key_revoked'],
    ['minted with a key revoked since', dead.text, 'ticket.invalid key_revoked'],
    ['no ticket at all', 'hello', 'ticket.invalid not_three_parts'],
    ['minted by nobody', `tkt_${brand.id}.${'A'.repeat(43)}`, 'ticket.invalid unknown'],
    ['too old', signed(site, audience, NOW - 60_000), 'ticket.expired window'],
    ['over by itself', signed(site, audience, NOW - 20_000, { exp: s - 10 }), 'ticket.expired own_end'],
    ['from the future', signed(site, audience, NOW + 31_000), 'ticket.invalid issued_ahead'],
    ['not yet', signed(site, audience, NOW, { nbf: s + 31 }), 'ticket.invalid not_yet'],
    ['an override the key may not', signed(site, audience, NOW, { override_customer_details: true }), 'ticket.invalid override_not_allowed'],
    ...([{ aud: undefined }, { aud: [audience] }, { aud: 7 }, { iat: undefined }, { iat: `${s}` }, { iat: s + 0.5 }, { iat: NOW }, { exp: undefined }, { exp: null }, { exp: -1 }, { jti: undefined }, { jti: 'short' },
      { jti: 'x'.repeat(201) }, { jti: 7 }, { external_id: undefined }, { external_id: '' }, { external_id: 7 }, { external_id: 'x'.repeat(201) }, { external_id: 'a\u0000b' }, { external_id: 'a\ud800' }, { sub: 'somebody else' },
      { email: 'not an address' }, { email: ['a@example.com'] }, { phone: '0151 123' }, { name: 'x'.repeat(201) }, { name: {} }, { one_time: 'false' }, { override_customer_details: 1 }, { nbf: 'soon' },
    ] as const).map((claims): [string, string, string] => [JSON.stringify(claims), signed(site, audience, NOW, claims), 'ticket.invalid claim']),
  ];
  for (const [title, ticket, expected] of rows) {
    const outcome = await redeem(at, ticket, { store });
    // An audience that is no text is no other chat's.
    const code = codeOf(outcome);
    assert.equal(code === 'ticket.foreign audience' && /"aud"/.test(title) ? 'ticket.invalid claim' : code, expected, title);
    assert.ok(!outcome.ok && outcome.denial.facts['channel'] === at.channelId, title);
    assert.ok(!JSON.stringify(outcome.denial).includes('c-17'), title);
  }
  assert.equal((await brand.all(brand.q.selectFrom('customers').select('id'))).length, 0, 'who was refused became nobody');
});

eachStore('sub is another name of the external id, and what it does not know it leaves alone', async (store) => {
  const at = await stage(store);
  const one = whoOf(await redeem(at, signed(at.site, at.audience, NOW, { sub: 'c-17', external_id: undefined, role: 'gold', nested: { a: [1] } }), { store }));
  assert.equal(whoOf(await redeem(at, signed(at.site, at.audience, NOW, { sub: 'c-17' }), { store })), one);
});

eachStore('a jti counts for its channel and key: two sites may choose the same', async (store) => {
  const at = await stage(store);
  const second = await addSiteKey(at.brand, at.channelId);
  const jti = 'the-same-id-of-both-sites';
  assert.equal(codeOf(await redeem(at, signed(at.site, at.audience, NOW, { jti }), { store })), 'redeemed');
  assert.equal(codeOf(await redeem(at, signed(second, at.audience, NOW, { jti }), { store })), 'redeemed');
  assert.equal(codeOf(await redeem(at, signed(at.site, at.audience, NOW, { jti, external_id: 'another' }), { store })), 'ticket.replayed used');
  assert.equal(await ticketRows.wasUsed(at.brand, 'nothing'), false);
});

eachStore('a sign-out by the site ends the tickets made before it, signed and minted, of whoever names the identifier', async (store) => {
  const at = await stage(store);
  const out = NOW + 1_500;
  const make = async (now: number, external_id = 'c-17') => [signed(at.site, at.audience, now, { external_id }), signed(at.site, at.audience, now, { external_id, one_time: false, email: 'a@x.example' }), (await minted(at, { external_id }, { now })).text];
  const [before, other, after] = [await make(NOW + 1_000), await make(NOW + 1_000, 'c-18'), await make(NOW + 2_000)];
  const slow = await redeemTicket({ store, keyring }, { brandId: at.brand.id, channelId: at.channelId, ticket: before[0]!, policy: POLICY, now: out });
  await at.brand.note([ticketRows.signOut(at.brand, signOutHash({ kind: 'external_id', value: 'c-17' }, null), out, out + 86_400_000)]);
  assert.ok(slow.ok);
  await assert.rejects(at.brand.commit({ statements: slow.statements, entries: slow.entries }), { code: 'ticket.ended' });
  for (const ticket of before) assert.equal(codeOf(await redeem(at, ticket, { store, now: NOW + 3_000 })), 'ticket.expired signed_out');
  for (const ticket of [...other, ...after]) assert.equal(codeOf(await redeem(at, ticket, { store, now: NOW + 3_000 })), 'redeemed');
  await sweepRows({ store, now: () => out + 86_400_001 });
  assert.equal((await at.brand.all(at.brand.q.selectFrom('sign_outs').selectAll())).length, 0);
});

eachStore('a minted ticket is dead when its key is over, and one whose key is revoked meanwhile buys nothing', async (store) => {
  const at = await stage(store);
  const { text, keyId } = await minted(at, { external_id: 'k' });
  await at.brand.note([at.brand.write(at.brand.q.updateTable('api_keys').set({ expires_at: NOW + 5_000 }).where('id', '=', keyId))]);
  assert.equal(codeOf(await redeem(at, text, { store, now: NOW + 5_000 })), 'ticket.invalid key_expired');
  const slow = await redeemTicket({ store, keyring }, { brandId: at.brand.id, channelId: at.channelId, ticket: text, policy: POLICY, now: NOW + 4_999 });
  assert.ok(slow.ok && slow.keyId === keyId);
  await at.brand.note([apiKeyRows.revoke(at.brand, keyId, NOW)]);
  await assert.rejects(at.brand.commit({ statements: slow.statements, entries: slow.entries }), { code: 'ticket.ended' });
});
