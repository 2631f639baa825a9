// What everyone in this workspace should know right now, asked for anew every minute while somebody looks.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import type { Notice } from '../http/shapes.ts'

export const noticesQuery = queryOptions({ queryKey: ['notices'], queryFn: () => call<{ notices: Notice[] }>('GET', '/notices'), refetchInterval: 60_000 })
