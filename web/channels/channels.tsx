// Settings → Channels: every channel with its state, the sites it opens on and its keys.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import './channels.css'
import { Button } from '../controls/button.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { channelsQuery, type Channel } from './channel.ts'
import { kinds } from './kind.ts'
import { MakeDialog } from './make-dialog.tsx'

export function Channels() {
  const brand = useBrand()
  const { agent } = useSession()
  const [making, setMaking] = useState(false)
  const found = useQuery(channelsQuery)
  const channels = found.data?.channels
  const mayChange = agent.capabilities.includes('manage_settings')
  return (
    <Page title="Channels" lead="The ways by which customers write to you. Each may have its own values of some settings." settingsOf={brand} width="m"
      aside={mayChange && channels !== undefined && channels.length > 0 && <Button look="main" icon="plus" onPress={() => setMaking(true)}>New channel</Button>}>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {channels?.length === 0 && (
        <div className="empty card">
          <Icon name="channel" size={40} />
          <h2>No channel yet</h2>
          <p className="soft">A chat stands on your site with one line of HTML; mail comes to addresses of yours. What customers write there arrives in the inbox.</p>
          {mayChange ? <Button look="main" icon="plus" onPress={() => setMaking(true)}>New channel</Button> : <p className="soft">Making one needs an administrator, or the right to manage settings.</p>}
        </div>
      )}
      {channels !== undefined && channels.length > 0 && (
        <ul className="channel-list">{channels.map((channel) => <Row key={channel.id} channel={channel} brand={brand} />)}</ul>
      )}
      {making && <MakeDialog brand={brand} onClose={() => setMaking(false)} />}
    </Page>
  )
}

function Row({ channel, brand }: { channel: Channel; brand: string }) {
  const { sites } = channel
  return (
    <li className="card channel-row">
      <span className="channel-mark" style={{ backgroundColor: channel.colour }}><Icon name={kinds[channel.kind].icon} size={22} /></span>
      <div className="channel-words">
        <div className="row">
          <Link className="channel-open auto-dir" to="/b/$brand/settings/channels/$id" params={{ brand, id: channel.id }}>{channel.name}</Link>
          <ChannelState channel={channel} />
        </div>
        <p className="small soft break">{channel.kind !== 'chat' ? kinds[channel.kind].label : sites.state === 'none' ? 'Opens on no site yet' : `Opens on ${sites.first.slice(0, 2).map((site) => site.replace(/^https?:\/\//, '')).join(', ')}${sites.count > 2 ? ` and ${countOf(sites.count - 2, 'more site')}` : ''}`}</p>
        <p className="small soft row">
          {channel.kind === 'chat' && <span>{channel.keys === 0 ? 'No ticket key' : countOf(channel.keys, 'ticket key')}</span>}
          <span>{channel.own === 0 ? 'All settings from Privacy & Security' : countOf(channel.own, 'setting of its own', 'settings of its own')}</span>
          {channel.openChats > 0 && <span>{countOf(channel.openChats, 'open chat')}</span>}
        </p>
      </div>
    </li>
  )
}

export function ChannelState({ channel }: { channel: Channel }) {
  return (
    <>
      {!channel.enabled ? <span className="badge" data-tone="danger">Off</span> : channel.kind === 'chat' && channel.sites.state === 'none' ? <span className="badge" data-tone="warn">Needs a site</span> : <span className="badge" data-tone="good">On</span>}
      {channel.looser > 0 && <span className="badge" data-tone="warn">{countOf(channel.looser, 'value')} looser than Privacy & Security</span>}
      {channel.clamped > 0 && <span className="badge">{countOf(channel.clamped, 'value')} held by a lock</span>}
    </>
  )
}
