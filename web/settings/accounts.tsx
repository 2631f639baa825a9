// Accounts: the brand as it stands, for reading.
import { useQuery } from '@tanstack/react-query'
import { CopyButton } from '../controls/copy-button.tsx'
import { Facts } from '../controls/facts.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Failed, Page } from '../shell/page.tsx'

interface Account { name: string; slug: string; brandId: string; publicUrl: string }

export function Accounts() {
  const brand = useBrand()
  const found = useQuery({ queryKey: ['accounts'], queryFn: () => call<Account>('GET', '/accounts') })
  const account = found.data
  return (
    <Page title="Accounts" lead="This brand and its addresses. They are set up on the host of the server, with the command “brand”." settingsOf={brand} width="m">
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {account && (
        <section className="card card-body" aria-label="This brand">
          <Facts rows={[
            { label: 'Brand', value: account.name },
            { label: 'Sign-in address', value: <Copied text={`${account.publicUrl.replace(/\/$/, '')}/b/${account.slug}/`} /> },
            { label: 'Address inside a CRM', value: <Copied text={`${account.publicUrl.replace(/\/$/, '')}/b/${account.slug}/embed`} />, help: 'For an iframe of the sites that are listed under Privacy & Security; no other site can present it.' },
            { label: 'Name in addresses', value: <Copied text={account.slug} /> },
            { label: 'Brand token', value: <Copied text={account.brandId} />, help: 'The public name of this brand for the API. It is not a secret.' },
            { label: 'Public address of the server', value: <bdi className="mono break">{account.publicUrl}</bdi>, help: 'Server configuration (PUBLIC_URL); only whoever runs the server can change it.' },
          ]} />
        </section>
      )}
    </Page>
  )
}

function Copied({ text }: { text: string }) {
  return <span className="row"><bdi className="mono break">{text}</bdi><CopyButton text={text} label={`Copy ${text}`} /></span>
}
