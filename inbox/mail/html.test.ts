// HTML of strangers: what is left of it draws text, and says where it leads; nothing of it runs, fetches or hides.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { corpus, without } from '#test/corpora.ts';
import { formattedDocument, formattedPolicy } from '#inbox/mail/formatted.ts';
import { cleanHtml, textOfHtml } from '#inbox/mail/html.ts';

const INJECTION = corpus('injection');

/** Tags as a browser's tokenizer would see them in what cleanHtml writes: it escapes every bracket that is not its own. */
function harmless(html: string): void {
  for (const [tag] of html.matchAll(/<[^>]*>/g)) {
    assert.match(tag, /^<\/?(?:p|div|br|hr|span|b|strong|i|em|u|s|strike|del|ins|su[bp]|small|big|font|center|blockquote|pre|code|tt|h[1-6]|[uo]l|li|d[ltd]|table|caption|col|colgroup|thead|tbody|tfoot|t[rdh]|a|img|bd[io]|abbr|q|cite|address)(?=[\s/>])/, tag);
    // The names of what stands in it, without the values: those are text.
    assert.doesNotMatch(tag.replace(/="[^"]*"/g, '='), /\s(?:on[a-z]+|srcset|background|action|formaction|poster|xlink:href|id|class|name)=/i, tag);
    assert.match(tag, /^(?!.*\starget="(?!_blank"))/s, tag);
    for (const [, value] of tag.matchAll(/\s(?:href|src)="([^"]*)"/g)) assert.match(value!, /^(?:https?:\/\/|mailto:|tel:|data:image\/(?:png|gif|jpe?g|webp);base64,)/i, tag);
    assert.doesNotMatch(/\sstyle="([^"]*)"/.exec(tag)?.[1] ?? '', /url|expression|import|position|javascript|@|\\/i, tag);
  }
}

test('the corpora of injections: nothing runs', { skip: without(INJECTION, 'injection') }, () => {
  const payloads = (JSON.parse(readFileSync(`${INJECTION}/dompurify_expect.json`, 'utf8')) as { payload: string }[]).map(({ payload }) => payload);
  const naughty = JSON.parse(readFileSync(`${INJECTION}/blns.json`, 'utf8')) as string[];
  for (const one of [...payloads, ...naughty]) {
    const { html } = cleanHtml(one);
    harmless(html);
    assert.equal(cleanHtml(html).html, html, 'the same again gives the same');
    harmless(formattedDocument(html, { images: true, inline: new Map() }).replace(/^.*<body dir="auto">|<\/body><\/html>$/gs, ''));
  }
});

test('whatever stands in it', () => {
  const bit = fc.constantFrom('<', '>', '"', "'", '=', ' ', '/', '&', ';', 'a', 'img', 'script', 'svg', 'style', 'onerror', 'href', 'src', `java${'script:'}`, '&#x', '<!--', '-->', '<![CDATA[', 'data:', 'url(', '\0', '\u2028');
  fc.assert(fc.property(fc.array(fc.oneof(bit, fc.string()), { maxLength: 60 }), (bits) => harmless(cleanHtml(bits.join('')).html)), { numRuns: 300 });
});

test('images of others are counted and held back, pixels go, links say their host as A-labels and lead away alone', () => {
  const { html, remoteImages } = cleanHtml('<img src="https://track.example/p.gif" width="1" height="1"><img src="https://shop.example/a.png" alt="Tent"><img src="cid:pic@x"><a href="https://аpple.com/x" onclick="x()" target="_top">apple.com</a><p style="position:fixed;color:red;background:url(x)">x</p><div style="display:none">hidden</div>');
  assert.equal(remoteImages, 1);
  assert.equal(html, '<img alt="Tent" data-src="https://shop.example/a.png" /><img data-cid="pic@x" /><a href="https://xn--pple-43d.com/x" target="_blank" rel="noopener noreferrer nofollow" data-host="xn--pple-43d.com">apple.com</a><p style="color:red">x</p>');
  const held = formattedDocument(html, { images: false, inline: new Map([['pic@x', 'data:image/png;base64,AAAA']]) });
  assert.ok(!held.includes('shop.example') && held.includes('src="data:image/png;base64,AAAA"') && held.includes('<span class="held">Tent</span>'));
  assert.ok(formattedDocument(html, { images: true, inline: new Map() }).includes(' src="https://shop.example/a.png"'));
  assert.match(formattedPolicy(false, "'self'"), /default-src 'none'; img-src data:;.*sandbox allow-popups/);
});

test('its text has its lines, and nothing of its tags', () => {
  assert.equal(textOfHtml(cleanHtml('<style>x{}</style><p>Hi &amp; <b>bye</b></p><ul><li>one<li>two</ul><table><tr><td>a<td>b</table>').html), 'Hi & bye\n\n- one\n- two\n\na b');
});
