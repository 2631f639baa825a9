// The keyboard shortcuts of the inbox: which key does what, and when a key is not ours. They can be switched off (WCAG 2.2, 2.1.4).
export const actions = {
  next: { keys: ['j', 'ArrowDown'], label: 'Next conversation in the list' },
  previous: { keys: ['k', 'ArrowUp'], label: 'Previous conversation in the list' },
  open: { keys: ['o'], label: 'Open the conversation (as Enter does)' },
  answer: { keys: ['r'], label: 'Write an answer' },
  note: { keys: ['n'], label: 'Write an internal note' },
  solve: { keys: ['e'], label: 'Solve, or reopen what is solved' },
  assign: { keys: ['a'], label: 'Assign' },
  tag: { keys: ['t'], label: 'Add a tag' },
  search: { keys: ['/'], label: 'Search' },
  help: { keys: ['?'], label: 'Show these shortcuts' },
  back: { keys: ['Escape'], label: 'Back to the list' },
} as const satisfies Record<string, { keys: readonly string[]; label: string }>

export type Action = keyof typeof actions

/** What of a keyboard event counts. `typing`: it went to a field. `inList`: the focus is on a row of the list. */
export interface Stroke { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; typing: boolean; inList: boolean }

const ofKey = new Map<string, Action>()
for (const [action, { keys }] of Object.entries(actions)) for (const key of keys) ofKey.set(key, action as Action)

/** The action of a key, or null: never while typing, never with Ctrl, Meta or Alt; the arrows only in the list. Escape and arrows are no character keys and stay when shortcuts are off. */
export function actionOf({ key, ctrlKey, metaKey, altKey, typing, inList }: Stroke, on: boolean): Action | null {
  if (ctrlKey || metaKey || altKey || typing) return null
  const named = key.length > 1
  if (!on && !named) return null
  if (key.startsWith('Arrow') && !inList) return null
  return ofKey.get(named ? key : key.toLowerCase()) ?? null
}

/** How a key is shown. */
export const keyName = (key: string): string => ({ ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' })[key] ?? key
