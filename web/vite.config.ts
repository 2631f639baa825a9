// How the workspace is built: one page, and two more for frames of other sites, chunks by room, no inlined scripts, English words only from React Aria.
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const otherLocale = /[\\/]intl[\\/](?:[a-z]+[\\/])?(?!en-US)[a-z]{2}-[A-Z]{2}\.m?js$/

/** React Aria ships its own few words in thirty languages; the workspace speaks one, so it stands for the others too (30 kB less). */
function oneLanguage(): Plugin {
  return {
    name: 'one-language',
    enforce: 'pre',
    load: (id) => (otherLocale.test(id) ? "export { default } from './en-US.mjs'" : undefined),
  }
}

export default defineConfig({
  root: here,
  base: '/',
  plugins: [react(), oneLanguage()],
  resolve: { alias: { '#policy': fileURLToPath(new URL('../policy', import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL('./dist', import.meta.url)),
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    rolldownOptions: { input: ['index', 'embed', 'frame-sign-in'].map((name) => fileURLToPath(new URL(`./${name}.html`, import.meta.url))) },
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
})
