// Tests of registered keys: public parts of two kinds, in two spellings, and nothing else.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readTicketKey } from '#identity/ticket-keys.ts';

const RFC7520 = new URL('../../shared/corpora/crypto/jose-rfc7520/', import.meta.url);
const ed = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const code = (pasted: unknown): string => {
  const read = readTicketKey(pasted);
  return read.ok ? read.value.alg : read.code;
};

test('Ed25519 and P-256 are taken as JWK, as its text and as PEM, and kept as the same bare JWK', () => {
  for (const [{ publicKey }, alg, parts] of [[ed, 'EdDSA', ['kty', 'crv', 'x']], [p256, 'ES256', ['kty', 'crv', 'x', 'y']]] as const) {
    const jwk = publicKey.export({ format: 'jwk' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' });
    const spellings = [jwk, { ...jwk, kid: 'mine', use: 'sig', alg, key_ops: ['verify'] }, JSON.stringify(jwk), pem, `\r\n${String(pem).replaceAll('\n', '\r\n')}`];
    const kept = spellings.map((one) => readTicketKey(one));
    for (const one of kept) assert.ok(one.ok && one.value.alg === alg, JSON.stringify(one));
    assert.equal(new Set(kept.map((one) => (one.ok ? one.value.jwk : ''))).size, 1);
    assert.deepEqual(Object.keys(JSON.parse(kept[0]!.ok ? kept[0]!.value.jwk : '')), parts);
  }
});

test('a private key is refused, with words that say to throw it away', () => {
  for (const { privateKey } of [ed, p256, generateKeyPairSync('rsa', { modulusLength: 2048 })]) {
    for (const pasted of [privateKey.export({ format: 'jwk' }), privateKey.export({ format: 'pem', type: 'pkcs8' })]) {
      const read = readTicketKey(pasted);
      assert.ok(!read.ok && read.code === 'channel_key.private' && /make a new pair/.test(read.sentence));
    }
  }
  assert.equal(code(p256.privateKey.export({ format: 'pem', type: 'sec1' })), 'channel_key.private');
  assert.equal(code({ kty: 'oct', k: 'c2VjcmV0' }), 'channel_key.private');
});

test('other kinds of key are refused', () => {
  for (const { publicKey } of [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-384' }), generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), generateKeyPairSync('x25519'), generateKeyPairSync('ed448')]) {
    assert.equal(code(publicKey.export({ format: 'pem', type: 'spki' })), 'channel_key.kind');
    assert.equal(code(publicKey.export({ format: 'jwk' })), 'channel_key.kind');
  }
});

test('what is no key, or says that it is for something else, is refused', () => {
  const jwk = ed.publicKey.export({ format: 'jwk' });
  const rows: readonly [unknown, string][] = [
    ['', 'channel_key.not_a_key'], ['hello', 'channel_key.not_a_key'], [null, 'channel_key.not_a_key'], [[jwk], 'channel_key.not_a_key'], ['{"kty":', 'channel_key.not_a_key'], [{}, 'channel_key.kind'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'channel_key.not_a_key'], ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'channel_key.not_a_key'],
    [{ ...jwk, use: 'enc' }, 'channel_key.use'], [{ ...jwk, key_ops: ['encrypt'] }, 'channel_key.use'], [{ ...jwk, alg: 'ES256' }, 'channel_key.use'],
    [{ ...jwk, x: `${jwk.x}=` }, 'channel_key.not_a_key'], [{ ...jwk, x: 'AAAA' }, 'channel_key.not_a_key'],
    [{ kty: 'EC', crv: 'P-256', x: Buffer.alloc(32, 1).toString('base64url'), y: Buffer.alloc(32, 2).toString('base64url') }, 'channel_key.not_a_key'],
  ];
  for (const [pasted, expected] of rows) assert.equal(code(pasted), expected, JSON.stringify(pasted));
});

test('points of small order and in two spellings are refused, with either sign', () => {
  const encodings = [
    '0000000000000000000000000000000000000000000000000000000000000000', '0100000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const hex of encodings) {
    for (const sign of [0, 0x80]) {
      const bytes = Buffer.from(hex, 'hex');
      bytes[31]! |= sign;
      assert.equal(code({ kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }), 'channel_key.weak', hex);
    }
  }
});

test('the keys of RFC 7520: P-521 and RSA are refused', { skip: existsSync(RFC7520) ? false : 'shared/corpora/crypto/jose-rfc7520 is not here' }, () => {
  for (const [name, expected] of [['3_1.ec_public_key.json', 'channel_key.kind'], ['3_2.ec_private_key.json', 'channel_key.private'], ['3_3.rsa_public_key.json', 'channel_key.kind'], ['3_4.rsa_private_key.json', 'channel_key.private'], ['3_5.symmetric_key_mac_computation.json', 'channel_key.private']] as const) {
    assert.equal(code(JSON.parse(readFileSync(new URL(name, RFC7520), 'utf8'))), expected, name);
  }
});
