// Where the browser keeps what is not sent yet: in a frame of another site it may let us keep nothing, and what is written then lasts for this visit.
import type { Shelf } from './drafts.ts'

export function ownShelf(): Shelf {
  try {
    return localStorage
  } catch {
    return { length: 0, key: () => null, getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('This browser keeps nothing here.') } }
  }
}
