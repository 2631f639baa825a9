// The start of the workspace in a frame of another site: the inbox and nothing else, in a memory of its own for addresses.
import { createMemoryHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import './embed.css'
import { standInFrame } from '../http/api.ts'
import { readView } from '../inbox/view.ts'
import { Broken } from '../shell/broken.tsx'
import { LiveRegion } from '../shell/live-region.tsx'
import { NotFound } from '../sign-in/not-found.tsx'
import { start } from '../start.tsx'
import { EmbedShell } from './embed-shell.tsx'
import { FrameGate } from './frame-gate.tsx'

standInFrame()

const root = createRootRoute({ component: () => <><Outlet /><LiveRegion /></>, notFoundComponent: NotFound })
const gate = createRoute({ getParentRoute: () => root, path: '/b/$brand', component: FrameGate })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: EmbedShell })
const inbox = createRoute({ getParentRoute: () => shell, path: '/b/$brand/inbox', validateSearch: readView, component: lazyRouteComponent(() => import('../inbox/inbox.tsx'), 'Inbox') })
const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversation', component: () => null })

// /b/acme/embed is the inbox, /b/acme/embed/conversations/cnv_… one conversation; links lead to the same addresses as in the workspace, so that a new tab opens them there
const [, , brand = '', , kind, id] = location.pathname.split('/')
const first = `/b/${brand}/inbox${kind === 'conversations' && id ? `/${id}` : ''}`
start(createRouter({ defaultErrorComponent: Broken, routeTree: root.addChildren([gate, shell.addChildren([inbox.addChildren([conversation])])]), history: createMemoryHistory({ initialEntries: [first] }) }) as never)
