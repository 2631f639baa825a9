// How to put a chat on a site: the line to copy, what the site's Content-Security-Policy must allow, and the public address of the channel.
import { CopyButton } from '../controls/copy-button.tsx'
import { Note } from '../controls/note.tsx'
import type { Channel } from './channel.ts'

export function EmbedSection({ channel, origin }: { channel: Channel; origin: string }) {
  const snippet = `<script src="${origin}/chat.js" data-channel="${channel.address}" async></script>`
  const policy = `script-src ${origin}; frame-src ${origin}; connect-src ${origin}`
  return (
    <section className="card channel-part" aria-labelledby="embed">
      <div className="account-head">
        <h2 id="embed">Put it on your site</h2>
        <p className="soft small">One line, anywhere in each page that should have the chat.</p>
      </div>
      <div className="stack">
        {channel.sites.state === 'none' && <Note tone="warning" title="It opens on no site yet">Name the sites it may open on <a href="#channel.site_origins">in its settings below</a>. Everywhere else the server refuses the chat.</Note>}
        <Copied label="The line to copy" text={snippet} />
        <Copied label="Where your site has a Content-Security-Policy, it must allow" text={policy} />
        <p className="small soft">The address of the channel, <bdi className="mono break">{channel.address}</bdi>, is public: it is the audience (<span className="mono">aud</span>) of tickets that your site signs.</p>
      </div>
    </section>
  )
}

export function Copied({ label, text }: { label: string; text: string }) {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      <div className="snippet">
        <pre className="mono small" dir="ltr" tabIndex={0} role="group" aria-label={label}>{text}</pre>
        <CopyButton text={text} label={`Copy: ${label}`}>Copy</CopyButton>
      </div>
    </div>
  )
}
