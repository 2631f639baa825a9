// The entries of a list while they are being edited: reading pasted text, finding, and what a list input is.
export interface Entry { value: string; note?: string | undefined }
export interface ListInput { state: string; entries: readonly Entry[] }

const empty: ListInput = Object.freeze({ state: 'any', entries: Object.freeze([]) })

export function asList(input: unknown): ListInput {
  return typeof input === 'object' && input !== null && 'state' in input && 'entries' in input && Array.isArray(input.entries) ? (input as ListInput) : empty
}

/**
 * Pasted text as entries: lines or commas between, a note after `#` to the end of its line.
 * "10.0.0.0/8 # office, Ulm" is one entry whose note keeps its comma.
 */
export function entriesOf(text: string): Entry[] {
  const entries: Entry[] = []
  for (const line of text.split(/\r?\n/)) {
    const hash = line.indexOf('#')
    const note = hash < 0 ? '' : line.slice(hash + 1).trim()
    const values = (hash < 0 ? line : line.slice(0, hash)).split(',').map((part) => part.trim()).filter(Boolean)
    for (const value of values) entries.push(note ? { value, note } : { value })
  }
  return entries
}

/** The places of the entries that hold the text in value or note; all of them for an empty text. */
export function placesOf(entries: readonly Entry[], text: string, among: ReadonlySet<number> | null): number[] {
  const wanted = text.trim().toLowerCase()
  const places: number[] = []
  for (const [place, entry] of entries.entries()) {
    if (among && !among.has(place)) continue
    if (wanted && !entry.value.toLowerCase().includes(wanted) && !entry.note?.toLowerCase().includes(wanted)) continue
    places.push(place)
  }
  return places
}
