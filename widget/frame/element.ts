// Makes elements by DOM calls: text is always text, so that nothing a person wrote is ever read as markup.

type Given = { readonly class?: string; readonly text?: string } & Readonly<Record<string, string | undefined>>

export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, { class: name, text, ...attributes }: Given = {}, ...children: readonly Node[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (name !== undefined) made.className = name
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  made.append(...children)
  return made
}

const SVG = 'http://www.w3.org/2000/svg'

/** An icon of one line, for the eye alone. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

/** Sets the text only when it differs: a screen reader hears it once. */
export function tell(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
  element.hidden = text === ''
}
