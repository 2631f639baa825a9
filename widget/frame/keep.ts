// What the frame keeps on this device, by channel: the session, a draft, and messages not sent yet; in memory alone where storage is blocked.

export interface Keep {
  get<Value>(name: string): Value | null
  set(name: string, value: unknown): void
  drop(...names: string[]): void
  /** Another tab changed or dropped this name. */
  follow(name: string, changed: () => void): void
}

/** @param address the channel's: two chats on one desk keep apart */
export function keepFor(address: string): Keep {
  const memory = new Map<string, string>()
  const key = (name: string) => `portcullis.${address}.${name}`
  const storage = (): Storage | null => {
    try {
      return window.localStorage
    } catch {
      return null
    }
  }
  return {
    get<Value>(name: string) {
      try {
        const text = storage()?.getItem(key(name)) ?? memory.get(name) ?? null
        return text === null ? null : (JSON.parse(text) as Value)
      } catch {
        return null
      }
    },
    set(name, value) {
      const text = JSON.stringify(value)
      memory.set(name, text)
      try {
        storage()?.setItem(key(name), text)
      } catch {
        // Full or forbidden: the memory has it for as long as the page stands.
      }
    },
    drop(...names) {
      for (const name of names) {
        memory.delete(name)
        try {
          storage()?.removeItem(key(name))
        } catch {
          // Nothing was kept there.
        }
      }
    },
    follow(name, changed) {
      window.addEventListener('storage', (event) => {
        if (event.key === key(name)) changed()
      })
    },
  }
}
