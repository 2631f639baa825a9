// The entrance from outside: one network is slowed before anything is counted or written, and others go in.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openHouse, PASSWORD } from '#test/house.ts';

it('slows a flood from one network, writes no counter for it, and lets people of another network in', async () => {
  const house = await openHouse({ entranceRate: { perSecond: 1, burst: 8 } });
  try {
    const admin = await house.setUp();
    house.clock.uptime += 60_000;
    const knock = (index: number) => house.call('POST', '/api/v1/sign-in', { from: '127.0.1.1', body: { brand: 'acme', email: `nobody${index}@acme.example`, password: 'x' } });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => knock(index)));
    const limited = answers.filter((answer) => answer.status === 429 && answer.body.code === 'request.rate_limited');
    assert.equal(limited.length, 32);
    assert.equal(limited[0]?.headers['retry-after'], '1');
    const brand = house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);
    assert.equal((await brand.all(brand.q.selectFrom('failures').selectAll().where('kind', '=', 'sign_in'))).length, 8);

    const other = await house.call('POST', '/api/v1/sign-in', { from: '127.0.2.1', body: { brand: 'acme', email: admin.email, password: PASSWORD } });
    assert.equal(other.status, 200);
    house.clock.uptime += 1_000;
    assert.equal((await knock(99)).status, 401, 'a second later one more is let through');
    assert.equal((await knock(99)).status, 429);
  } finally {
    await house.close();
  }
});
