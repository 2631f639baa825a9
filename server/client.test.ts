// Who is calling: trusted proxies, the right-most untrusted address, and every way a header can lie.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { clientReader, type Client, trustedProxies } from '#server/client.ts';

function proxies(list: string, header = 'x-forwarded-for') {
  const faults: string[] = [];
  const parsed = trustedProxies(list, header, faults);
  return { parsed, faults };
}

function client(list: string, remote: string | undefined, header?: string | string[], name = 'x-forwarded-for'): Client {
  const request = { socket: { remoteAddress: remote }, headers: header === undefined ? {} : { [name]: header } } as unknown as IncomingMessage;
  return clientReader(proxies(list, name).parsed)(request);
}

describe('the client address', () => {
  const rows: [string, string, string | undefined, string | string[] | undefined, string | null, string | null][] = [
    ['the socket’s own without proxies', '', '203.0.113.9', undefined, '203.0.113.9', null],
    ['a header from a socket that is not trusted is not read', '10.0.0.1', '203.0.113.9', '198.51.100.1', '203.0.113.9', null],
    ['without any trusted proxy no header is read', '', '127.0.0.1', '198.51.100.1', '127.0.0.1', null],
    ['one proxy', '10.0.0.1', '10.0.0.1', '198.51.100.1', '198.51.100.1', null],
    ['what the client wrote itself stands further left', '10.0.0.1', '10.0.0.1', '127.0.0.1, 198.51.100.1', '198.51.100.1', null],
    ['two proxies', '10.0.0.0/8', '10.0.0.1', '192.0.2.7, 198.51.100.1, 10.0.0.2', '198.51.100.1', null],
    ['several header lines, joined in order', '10.0.0.0/8', '10.0.0.1', ['192.0.2.7', '198.51.100.1', '10.0.0.2'], '198.51.100.1', null],
    ['a mapped socket address is the IPv4 one', '10.0.0.1', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1', null],
    ['IPv6', '2001:db8::/32', '2001:db8::1', '2001:db9::7', '2001:db9::7', null],
    ['missing', '10.0.0.1', '10.0.0.1', undefined, null, 'header_missing'],
    ['empty', '10.0.0.1', '10.0.0.1', '', null, 'header_malformed'],
    ['a name', '10.0.0.1', '10.0.0.1', 'localhost', null, 'header_malformed'],
    ['a port', '10.0.0.1', '10.0.0.1', '198.51.100.1:443', null, 'header_malformed'],
    ['brackets', '10.0.0.1', '10.0.0.1', '[2001:db8::1]', null, 'header_malformed'],
    ['octal', '10.0.0.1', '10.0.0.1', '198.51.100.010', null, 'header_malformed'],
    ['garbage on the right hides what is left of it', '10.0.0.1', '10.0.0.1', '198.51.100.1, x', null, 'header_malformed'],
    ['a trailing comma', '10.0.0.1', '10.0.0.1', '198.51.100.1,', null, 'header_malformed'],
    ['all trusted', '10.0.0.0/8', '10.0.0.1', '10.1.1.1, 10.2.2.2', null, 'all_trusted'],
    ['a socket without an address', '', undefined, undefined, null, 'no_socket_address'],
    ['a link-local socket with its zone', '', 'fe80::1%eth0', undefined, 'fe80::1', null],
  ];
  for (const [title, list, remote, header, text, unknown] of rows) {
    it(title, () => {
      const found = client(list, remote, header);
      assert.equal(found.text, text);
      assert.equal(found.unknown, unknown);
      assert.equal(found.address === null, text === null);
    });
  }

  it('never believes anything left of the right-most untrusted address', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.ipV4(), (forged, real) => {
        fc.pre(!real.startsWith('10.'));
        const found = client('10.0.0.0/8', '10.0.0.1', [...forged.filter((text) => !text.includes(',')), real, '10.9.9.9'].join(','));
        assert.equal(found.text, real);
      }),
    );
  });
});

describe('the proxy configuration', () => {
  for (const entry of ['0.0.0.0/0', '::/0', '::ffff:0:0/96', '10.0.0.1/8', 'proxy.example', '10.1', 'fe80::1%eth0']) {
    it(`refuses ${entry}, naming it`, () => {
      const { faults } = proxies(`10.0.0.1, ${entry}`);
      assert.equal(faults.length, 1);
      assert.match(faults[0] as string, new RegExp(entry.replaceAll(/[.%/]/g, '\\$&')));
    });
  }
  it('says why the whole internet is nobody’s proxy', () => assert.match(proxies('0.0.0.0/0').faults[0] as string, /^TRUSTED_PROXIES must not name the whole internet, .*anybody could then claim any address\.$/));
  for (const header of ['Forwarded', 'x forwarded', '', 'host', 'cookie']) {
    it(`refuses the header "${header}"`, () => assert.equal(proxies('10.0.0.1', header).faults.length, 1));
  }
});
