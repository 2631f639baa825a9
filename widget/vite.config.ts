// How the chat is built: chat.js as one classic script for other people's pages, and the frame's document with its script and style.
import { fileURLToPath } from 'node:url'
import { build, defineConfig, type Plugin, type UserConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const shared = {
  root: at('.'),
  configFile: false,
  resolve: { alias: { '#policy': at('../policy') } },
} satisfies UserConfig & { configFile: false }
// Older than the workspace asks for: a shop's customers bring the browsers they have. Shadow roots take style sheets since Safari 16.4.
const TARGET = ['chrome105', 'firefox110', 'safari16.4']

/** The loader is a build of its own, since a classic script shares no chunk with anything. */
function classicLoader(): Plugin {
  return {
    name: 'classic-loader',
    apply: 'build',
    buildStart() {
      this.addWatchFile(at('./chat.ts'))
    },
    async generateBundle() {
      const made = await build({
        ...shared,
        logLevel: 'warn',
        build: { write: false, target: TARGET, rolldownOptions: { input: at('./chat.ts'), output: { format: 'iife', entryFileNames: 'chat.js' } } },
      })
      const files = (Array.isArray(made) ? made : [made]).flatMap((one) => ('output' in one ? one.output : []))
      const [only, ...others] = files
      if (only?.type !== 'chunk' || others.length > 0) this.error('The loader must come out as one script.')
      this.emitFile({ type: 'asset', fileName: 'chat.js', source: only.code })
    },
  }
}

export default defineConfig({
  ...shared,
  base: '/chat/',
  plugins: [classicLoader()],
  build: {
    outDir: at('./dist'),
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    target: TARGET,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: at('./frame.html') },
  },
})
