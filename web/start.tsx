// What every document of the workspace starts with: its look, the queries' memory, the locale of React Aria, and its router.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, type ComponentProps } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import { problemOf } from './http/problem.ts'
import { showAppearance } from './shell/appearance.ts'

/** Draws the pages of a router into the document. */
export function start(router: ComponentProps<typeof RouterProvider>['router']): void {
  showAppearance()
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // a refusal is an answer; only what broke on the way is tried again
        retry: (failures, error) => failures < 2 && problemOf(error).status >= 500,
      },
    },
  })

  // React Aria mirrors its overlays and arrow keys by locale; the page itself says its direction in one place, on <html>.
  const locale = document.documentElement.dir === 'rtl' ? 'he-IL' : 'en-GB'
  const place = document.getElementById('root')
  if (place) {
    createRoot(place).render(
      <StrictMode>
        <I18nProvider locale={locale}>
          <QueryClientProvider client={client}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </I18nProvider>
      </StrictMode>,
    )
  }
}
