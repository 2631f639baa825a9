// From a refusal's reference to its explanation, for those who may see one.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { standsInFrame } from '../http/api.ts'
import { sessionQuery, useBrand } from './session.ts'

export function ExplainLink({ id, children = 'Explain this refusal' }: { id: string; children?: string }) {
  const brand = useBrand()
  const session = useQuery({ ...sessionQuery, enabled: false }).data
  if (brand === '' || standsInFrame() || !session?.agent.capabilities.includes('manage_settings')) return null
  return <Link to="/b/$brand/settings/explain" params={{ brand }} search={{ refusal: id }}>{children}</Link>
}
