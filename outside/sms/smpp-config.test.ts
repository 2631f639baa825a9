// The address of an SMPP provider: every fault of it at once, and no credential in any.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerFrom } from '#outside/sms/provider.ts';
import { smppServerFrom } from '#outside/sms/smpp-config.ts';

const SECRET = 'hunter2-hunter2';

test('every fault of the address is said at once, and none quotes a credential', () => {
  const rows: [string, RegExp[], Record<string, string>?][] = [
    ['smpp://', [/must be an address such as/]],
    [`ssmpp://smpp.example.com?from=Desk`, [/user and a password/]],
    [`smpp://desk:${SECRET}@smpp.example.com?from=Desk`, [/ssmpp:\/\/, not smpp/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com?from=Desk&tls=off`, [/at once/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com?from=Desk&tls=on`, [/tls must be off/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com/x?from=Desk`, [/no path/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com`, [/from must be/]],
    [`ssmpp://a-system-id-too-long:${SECRET}@smpp.example.com?from=Desk`, [/at most 15/]],
    [`ssmpp://d%C3%A9:${SECRET}@smpp.example.com?from=Desk`, [/system id in plain ASCII/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com?from=Desk&bind=receiver&long=never&from-ton=x&system-type=much-too-long-a-type&out-of-credit=none&y=1`, [/no options but/, /from-ton/, /transmitter or transceiver/, /udh or payload/, /system-type/, /out-of-credit/]],
    [`ssmpp://desk:${SECRET}@smpp.example.com?from=Desk`, [/SMS_HEADERS has no meaning/], { SMS_HEADERS: '{}' }],
  ];
  for (const [SMS_URL, expected, more] of rows) {
    const read = providerFrom({ SMS_URL, ...more });
    assert.ok(!read.ok, SMS_URL);
    assert.equal(read.faults.length, expected.length, `${SMS_URL}\n${read.faults.join('\n')}`);
    expected.forEach((pattern, at) => assert.match(read.faults[at]!, pattern));
    assert.ok(!read.faults.join().includes(SECRET), read.faults.join());
  }
  for (const taken of [`smpp://desk:${SECRET}@smpp.example.com?from=Desk&tls=off`, `SSMPP://desk:${SECRET}@[2001:db8::1]:9000?from=Desk`]) assert.ok(smppServerFrom(taken).ok, taken);
});
