// The start of the workspace in a browser.
import { router } from './router.tsx'
import { start } from './start.tsx'

start(router)
