// Files in words: sizes, types by their usual ending, and what is known before the server is asked.
import { fileTypes } from '#policy/file-type-table.ts'
import type { IconName } from '../shell/icon.tsx'
import type { ShownFile, UploadRules } from './shapes.ts'

/** "812 bytes", "96 kB", "4.2 MB": 1 kB is 1,024 bytes, as the settings count. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const kilo = bytes / 1024
  if (Math.round(kilo) < 1024) return `${Math.max(1, Math.round(kilo))} kB`
  const mega = Math.round((kilo / 1024) * 10) / 10
  return `${mega} MB`
}

export const typeLabel = (id: string | null): string | null => fileTypes.find((type) => type.id === id)?.label ?? null

export function iconOf({ mediaType }: Pick<ShownFile, 'mediaType'>): IconName {
  return mediaType?.startsWith('image/') || mediaType?.startsWith('video/') ? 'media' : 'file'
}

/** A browser shows it by itself; all else is saved, drawings among it. */
export const shownInPlace = ({ mediaType }: Pick<ShownFile, 'mediaType'>): boolean => mediaType !== null && /^(?:image\/(?!svg)|audio\/|video\/)/.test(mediaType)

const ticked = ({ types }: UploadRules) => fileTypes.filter(({ id }) => types.includes(id))

/** For the dialog in which files are picked. */
export const acceptOf = (rules: UploadRules): string => ticked(rules).flatMap(({ extensions }) => extensions.map((one) => `.${one}`)).join(',')

/** "jpg, png, pdf" */
export const typesInWords = (rules: UploadRules): string => ticked(rules).map(({ extensions }) => extensions[0]).join(', ')

/** What can be said without sending it; null when it is worth sending. The server judges all the same. */
export function refusedAtOnce(file: Pick<File, 'name' | 'size'>, rules: UploadRules): string | null {
  if (!rules.enabled) return 'Files may not be sent in this channel.'
  if (file.size > rules.maxBytes) return `It has ${sizeOf(file.size)}; at most ${sizeOf(rules.maxBytes)} are taken.`
  if (file.size === 0) return 'There is nothing in it.'
  const end = /\.([^.]+)$/.exec(file.name.trim())?.[1]?.toLowerCase() ?? ''
  if (ticked(rules).some(({ extensions }) => (extensions as readonly string[]).includes(end))) return null
  return end === '' ? `Its name has no ending that says its type. These are taken: ${typesInWords(rules)}.` : `Files of the type .${end} are not taken here. These are: ${typesInWords(rules)}.`
}
