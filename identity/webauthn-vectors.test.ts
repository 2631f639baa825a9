// The W3C's WebAuthn test vectors: what our algorithms make is taken, what another site frames or another algorithm made is not.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { verifyMade } from '#identity/passkey-enrolment.ts';
import { verifyGiven } from '#identity/passkeys.ts';

const VECTORS = new URL('../../shared/corpora/http/webauthn/w3c_test_vectors.json', import.meta.url);
const skip = existsSync(VECTORS) ? false : 'shared/corpora/http/webauthn/w3c_test_vectors.json is not here';

interface Step {
  readonly challenge: string;
  readonly clientDataJSON: string;
}
interface Vector {
  readonly title: string;
  readonly anchor: string;
  readonly registration?: Step & { readonly credential_id: string; readonly attestationObject: string };
  readonly authentication?: Step & { readonly authenticatorData: string; readonly signature: string };
}

const b64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
/** Not asked for (algorithms) or never answered to (frames). */
const REFUSED = /crossOrigin|topOrigin|es384|es512|ed448/;
/** Attestation of makers whose roots are not the vectors' own one. None is asked for, so browsers leave it out; where one stands, it must be right. */
const FOREIGN_MAKER = /tpm|android-key|apple|fido-u2f/;

function publicKeyIn(attestationObject: string): Uint8Array {
  const authData = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'hex'))).get('authData');
  return parseAuthenticatorData(authData).credentialPublicKey ?? new Uint8Array();
}

test('the vectors of the W3C', { skip }, async (t) => {
  const { rpId, origin, vectors } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { rpId: string; origin: string; vectors: Vector[] };
  const both = vectors.filter((vector) => vector.registration !== undefined);
  assert.ok(both.length >= 15);
  for (const { title, anchor, registration, authentication } of both) {
    await t.test(title, async () => {
      assert.ok(registration !== undefined && authentication !== undefined);
      const id = b64(registration.credential_id);
      const response = { clientDataJSON: b64(registration.clientDataJSON), attestationObject: b64(registration.attestationObject) };
      const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const;
      const made = await verifyMade({ ...common, response }, b64(registration.challenge), { origin, rpId });
      if (REFUSED.test(anchor)) return assert.ok('why' in made, 'not taken');
      assert.equal('why' in made, FOREIGN_MAKER.test(anchor), 'why' in made ? made.why : 'taken');
      const row = { credential_id: id, public_key: publicKeyIn(registration.attestationObject) };
      if (!('why' in made)) assert.deepEqual(made.credential.publicKey, row.public_key);
      const given = { clientDataJSON: b64(authentication.clientDataJSON), authenticatorData: b64(authentication.authenticatorData), signature: b64(authentication.signature) };
      const right = await verifyGiven({ ...common, response: given }, b64(authentication.challenge), { origin, rpId }, row);
      assert.ok(!('why' in right), 'why' in right ? right.why : '');
      const signature = Buffer.from(authentication.signature, 'hex');
      signature[signature.length - 1]! ^= 1;
      const wrong = await verifyGiven({ ...common, response: { ...given, signature: signature.toString('base64url') } }, b64(authentication.challenge), { origin, rpId }, row);
      assert.ok('why' in wrong, 'another signature');
      for (const elsewhere of [{ origin: 'https://example.com', rpId }, { origin, rpId: 'example.com' }]) {
        assert.ok('why' in (await verifyGiven({ ...common, response: given }, b64(authentication.challenge), elsewhere, row)), JSON.stringify(elsewhere));
      }
    });
  }
});
