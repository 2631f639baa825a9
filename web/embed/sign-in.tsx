// The start of the sign-in window of a frame: the ordinary sign-in, and then the question whether the site may present the workspace.
import { createMemoryHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { forgetLeft } from '../session/left.ts'
import { Broken } from '../shell/broken.tsx'
import { LiveRegion } from '../shell/live-region.tsx'
import { NotFound } from '../sign-in/not-found.tsx'
import { SignIn } from '../sign-in/sign-in.tsx'
import { start } from '../start.tsx'
import './embed.css'
import { HandOver } from './hand-over.tsx'

const brand = location.pathname.split('/')[2] ?? ''
const root = createRootRoute({ component: () => <><Outlet /><LiveRegion /></>, notFoundComponent: NotFound })
const signIn = createRoute({ getParentRoute: () => root, path: '/b/$brand', component: SignIn })
const forgot = createRoute({ getParentRoute: () => root, path: '/b/$brand/forgot', component: lazyRouteComponent(() => import('../renewal/forgot.tsx'), 'Forgot') })
// where a sign-in leads
const handOver = createRoute({ getParentRoute: () => root, path: '/b/$brand/inbox', component: HandOver })

// a browser may copy what the frame kept into the window it opens; where the frame was is no place here
forgetLeft()
// the window keeps its address, which says what the frame asked for
start(createRouter({ defaultErrorComponent: Broken, routeTree: root.addChildren([signIn, forgot, handOver]), history: createMemoryHistory({ initialEntries: [`/b/${brand}`] }) }) as never)
