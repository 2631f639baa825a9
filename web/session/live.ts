// The live line to the server: news of policy and audit, and the end of the session the moment it happens.
export interface LiveNews {
  onPolicy: (version: number) => void
  onAudit: (seq: number) => void
  /** people, their factors or their sessions changed */
  onPeople: () => void
  /** closed for a reason that GET /session will explain: 4401 ended, 4403 address refused, 4423 code needed */
  onClosed: (code: number, reason: string) => void
  /** could not be opened or broke: worth asking whether the session still stands */
  onLost: () => void
}

const firstWaitMs = 1000
const longestWaitMs = 30_000
const saidByServer = new Set([4401, 4403, 4423])

/** Opens the socket and keeps it open, waiting twice as long after every failure; returns what closes it for good. */
export function openLive(news: LiveNews): () => void {
  let socket: WebSocket | null = null
  let wait = firstWaitMs
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false

  function open(): void {
    timer = null
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    socket = new WebSocket(`${scheme}://${location.host}/api/v1/live`)
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const said = JSON.parse(data) as { type: string; version?: number; seq?: number }
      wait = firstWaitMs
      if (said.type === 'policy' && said.version !== undefined) news.onPolicy(said.version)
      if (said.type === 'people') news.onPeople()
      if (said.type === 'audit' && said.seq !== undefined) news.onAudit(said.seq)
    }
    socket.onclose = ({ code, reason }) => {
      if (stopped) return
      if (saidByServer.has(code)) news.onClosed(code, reason)
      else news.onLost()
      timer = setTimeout(open, wait * (0.75 + Math.random() / 2))
      wait = Math.min(wait * 2, longestWaitMs)
    }
  }

  open()
  return () => {
    stopped = true
    if (timer) clearTimeout(timer)
    socket?.close()
  }
}
