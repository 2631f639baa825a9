// The launcher and the panel on the site's page: drawn by DOM calls in a closed shadow root, so that they work under any content policy.
import type { Channel } from './between.ts'
import { paint } from './colour.ts'
import { LAUNCHER_STYLE } from './launcher-style.ts'
import type { launcherWords } from './words.ts'

const SVG = 'http://www.w3.org/2000/svg'

export interface Look {
  readonly channel: Channel
  readonly position: 'start' | 'end'
  readonly dir: 'ltr' | 'rtl' | ''
  readonly words: ReturnType<typeof launcherWords>
}

export interface Launcher {
  /** Where the frame is put; it stays out of sight until it has answered. */
  readonly panel: HTMLElement
  isOpen(): boolean
  show(open: boolean, focus?: boolean): void
  unread(count: number): void
  /** The words in the panel while no frame stands there. */
  say(text: string): void
}

function icon(name: string, path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('class', name)
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

/** On a phone the keyboard covers the page's lower part without making it smaller: the panel follows what can be seen. */
function followKeyboard(panel: HTMLElement): void {
  const seen = window.visualViewport
  if (seen === null) return
  const fit = (): void => {
    // Zoomed in by hand, the page is looked at through a small window: that is no keyboard.
    const whole = seen.scale > 1.01
    panel.style.setProperty('--height', whole ? '100dvh' : `${seen.height}px`)
    panel.style.setProperty('--top', whole ? '0px' : `${seen.offsetTop}px`)
  }
  seen.addEventListener('resize', fit)
  seen.addEventListener('scroll', fit)
  fit()
}

/** Draws it at the end of the body. `asked` is called with what the person wants: open or closed. */
export function drawLauncher({ channel, position, dir, words }: Look, asked: (open: boolean) => void): Launcher {
  const host = document.createElement('portcullis-chat')
  host.setAttribute('data-position', position)
  host.setAttribute('lang', words.lang)
  if (dir !== '') host.setAttribute('dir', dir)
  const root = host.attachShadow({ mode: 'closed' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(LAUNCHER_STYLE)
  root.adoptedStyleSheets = [sheet]
  const { fill, ink } = paint(channel.colour)
  host.style.setProperty('--fill', fill)
  host.style.setProperty('--ink', ink)

  const panel = document.createElement('div')
  panel.className = 'panel'
  panel.hidden = true
  const waiting = document.createElement('p')
  waiting.textContent = words.opening
  waiting.setAttribute('role', 'status')
  panel.append(waiting)

  const button = document.createElement('button')
  button.type = 'button'
  const badge = document.createElement('span')
  badge.className = 'badge'
  badge.hidden = true
  badge.setAttribute('aria-hidden', 'true')
  button.append(icon('speech', 'M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z'), icon('cross', 'M6 6l12 12M18 6 6 18'), badge)

  let open = false
  let count = 0
  const label = (): void => {
    button.setAttribute('aria-expanded', String(open))
    button.setAttribute('aria-label', open ? words.close : count > 0 ? `${words.open}. ${words.unread(count)}` : words.open)
    badge.hidden = open || count === 0
    badge.textContent = count > 99 ? '99+' : String(count)
  }
  button.addEventListener('click', () => asked(!open))
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && open) asked(false)
  })
  label()
  root.append(button, panel)
  document.body.append(host)
  followKeyboard(panel)

  return {
    panel,
    isOpen: () => open,
    show(next, focus = true) {
      open = next
      panel.hidden = !next
      label()
      if (!next && focus) button.focus({ focusVisible: true })
    },
    unread(next) {
      count = next
      label()
    },
    say(text) {
      waiting.textContent = text
    },
  }
}
