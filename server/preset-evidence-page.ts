// The evidence of a preset as a page of its own: to be read, printed and kept; no script, and nothing that is loaded.
import { createHash } from 'node:crypto';
import type { State } from '#policy/preset-check.ts';
import { escaped } from '#inbox/bundle-page.ts';
import type { Evidence } from '#server/preset-evidence.ts';

type Row = Evidence['requirements'][number];
type Since = NonNullable<Row['since']>;

const WORDS: Readonly<Record<State, string>> = { met: 'Met', not_met: 'Not met', deviation: 'Deviation', not_applicable: 'Does not apply', yours: 'Yours to see to' };

const STYLE = `:root{color-scheme:light dark;--line:#cfcfd6;--soft:#55555e;--bad:#a3161f;--warn:#7a4a00;--good:#0b6136;--ground:#fff;--ink:#1b1b1f}
@media (prefers-color-scheme:dark){:root{--line:#45454d;--soft:#b5b5bf;--bad:#ff9a9f;--warn:#f2c27a;--good:#7fd6a6;--ground:#17171a;--ink:#ececf0}}
body{font:1rem/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--ground);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.4rem 0}dl{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.15rem 1rem;margin:.5rem 0 0;font-size:.9rem}dt{color:var(--soft)}dd{margin:0}
ul{margin:0;padding-inline-start:1.1rem}table{border-collapse:collapse;inline-size:100%;font-size:.9rem}th,td{text-align:start;vertical-align:top;padding:.3rem .5rem;border-block-end:1px solid var(--line)}th{font-weight:600;white-space:nowrap}
td:first-child{white-space:nowrap}.soft{color:var(--soft)}.state{font-weight:600;white-space:nowrap;overflow-wrap:normal}.not_met{color:var(--bad)}.deviation{color:var(--warn)}.met{color:var(--good)}
article{border-block-start:1px solid var(--line);padding-block:.8rem;break-inside:avoid}code{font-size:.85em}
@media (max-width:34rem){dl{grid-template-columns:minmax(0,1fr)}dt{margin-block-start:.35rem}th:nth-child(4),td:nth-child(4){display:none}.state{white-space:normal}}
@media print{:root{--line:#cfcfd6;--soft:#44444c;--bad:#a3161f;--warn:#7a4a00;--good:#0b6136;--ground:#fff;--ink:#000}body{margin:0;max-width:none;font-size:10pt}a{color:inherit}thead{display:table-header-group}tr{break-inside:avoid}}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const said = (text: string | null): string => `<bdi>${escaped(text ?? '')}</bdi>`;
const person = ({ id, name }: { readonly id: string | null; readonly name: string }): string => `${said(name)}${id === null ? '' : ` <span class="soft">(${escaped(id)})</span>`}`;
const when = (at: string): string => `<time datetime="${escaped(at)}">${escaped(at.slice(0, 19).replace('T', ' '))} UTC</time>`;
const mark = (state: State): string => `<span class="state ${state}">${WORDS[state]}</span>`;
const line = (name: string, html: string | null): string => (html === null || html === '' ? '' : `<dt>${name}</dt><dd>${html}</dd>`);

const sinceWords = ({ version, at, by }: Since): string =>
  (version === null ? `Since ${when(at)}: the default, which nobody changed` : `Since ${when(at)}, version ${version} of the settings${by === null ? '' : `, by ${person(by)}`}`);

function article({ id, by, number, asks, state, about, setting, value, wanted, because, since, channels, deviation, proof }: Row): string {
  return `<article id="${escaped(id)}"><h3>${escaped(number)} ${mark(state)}</h3><p>${escaped(asks)}</p><dl>${[
    line(setting !== null ? 'Setting' : by === 'server' ? 'Server' : 'Built in', about === null ? null : `${escaped(about)}${setting === null ? '' : ` <code>${escaped(setting)}</code>`}`),
    line('Value', value === null ? null : said(value)),
    line('Asks for', wanted === null ? null : escaped(wanted)),
    line(state === 'yours' ? 'Why' : 'Does not apply', because === null ? null : escaped(because)),
    line('Since', since === null ? null : sinceWords(since)),
    line('Reason', since?.reason === null || since === null ? null : said(since.reason)),
    line('Looser in', channels.length === 0 ? null : `<ul>${channels.map((one) => `<li>${said(one.name)}: ${said(one.value)}${one.since === null ? '' : `. ${sinceWords(one.since)}`}</li>`).join('')}</ul>`),
    line('Deviation', deviation === null ? null : `${said(deviation.reason)}<br><span class="soft">Recorded by ${person(deviation.by)}, ${when(deviation.at)}${deviation.stale ? '. Stale: it speaks of other values than those of now' : ''}</span>`),
    line('Proven by', proof.length === 0 ? null : `<ul>${proof.map(({ file, test }) => `<li><code>${escaped(file)}</code>: ${escaped(test)}</li>`).join('')}</ul>`),
  ].join('')}</dl></article>`;
}

/** What stands there in one cell: a value of a setting says nothing without its name; what is built in is a sentence. */
const standing = ({ setting, about, value }: Row): string => (setting === null ? said(value) : `${escaped(about ?? setting)}: ${said(value)}`);
const row = (one: Row): string => `<tr><td><a href="#${escaped(one.id)}">${escaped(one.number)}</a></td><td>${escaped(one.asks)}</td><td>${mark(one.state)}</td><td>${standing(one)}</td></tr>`;

/** The whole page. Its policy allows this one style and nothing else. */
export function evidencePage(evidence: Evidence): string {
  const { brand, preset, product, made, trail, summary, settingsVersion, underWay, requirements } = evidence;
  const counts = (Object.keys(WORDS) as State[]).filter((state) => summary[state] > 0).map((state) => `${summary[state]} ${WORDS[state].toLowerCase()}`).join(' · ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<title>${escaped(preset.name)}: evidence of ${escaped(brand.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(preset.name)}: evidence of ${said(brand.name)}</h1>
<p class="soft">${escaped(preset.publisher)}. ${escaped(preset.about)}</p>
<p><strong>${counts}</strong></p>
<dl>
${[
    line('Brand', `${said(brand.name)} <span class="soft">(/b/${escaped(brand.address)}, ${escaped(brand.id)})</span>`),
    line('Made', `${when(made.at)} by ${person(made.by)}`),
    line('Settings', `Version ${settingsVersion}`),
    line('Not settled', underWay === null ? null : `<strong>${escaped(underWay.words)}</strong> Since ${when(underWay.since)}, until ${when(underWay.until)}`),
    line('Program', `${product.name} ${escaped(product.version)}`),
    line('Audit trail', trail.head === null ? 'No row yet' : `Row ${trail.rows}, <code>${escaped(trail.head)}</code>`),
    line('Signed head', trail.signed === null ? 'None yet: heads are signed every minute' : `Row ${trail.signed.rows}, ${when(trail.signed.at)}, key <code>${escaped(trail.signed.keyId)}</code>, <code>${escaped(trail.signed.signature)}</code>`),
  ].join('')}
</dl>
<h2>Overview</h2>
<table><thead><tr><th scope="col">Number</th><th scope="col">Asks</th><th scope="col">State</th><th scope="col">What stands there</th></tr></thead><tbody>${requirements.map(row).join('')}</tbody></table>
<h2>Requirement by requirement</h2>
${requirements.map(article).join('\n')}
</main>
</body>
</html>
`;
}
