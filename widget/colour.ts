// The channel's colour, and the ink that can be read on it.

const PLAIN = '#0b6456'

/** Relative luminance of `#rrggbb` (WCAG 2.2, 1.4.3): 0 black to 1 white. */
export function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((from) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** A fill and its ink: black or white, whichever stands out more, which is never less than 4.5 : 1. What is not `#rrggbb` becomes our green. */
export function paint(colour: string): { readonly fill: string; readonly ink: '#000000' | '#ffffff' } {
  const fill = /^#[0-9a-f]{6}$/i.test(colour) ? colour : PLAIN
  const light = luminance(fill)
  return { fill, ink: 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000' }
}
