import { PROTOCOL_VERSION, SUBPROTOCOL } from '@duet/protocol'
import type { ProbeAnswer, ServerFacts, SocketTrial } from '../../state/check/ports.ts'

/** Whatever takes longer is of no use, in milliseconds. */
const ANSWER_MS = 8_000

/** How the server sees this browser; undefined when it does not say so. */
export async function askServer(): Promise<ServerFacts | undefined> {
  const answer = await ask('/api/check')
  return typeof answer?.['now'] === 'number' ? (answer as unknown as ServerFacts) : undefined
}

/** Whether this browser's ICE agent hears the server's other ports and addresses. */
export async function askProbe(client: object): Promise<ProbeAnswer | undefined> {
  const answer = await ask('/api/check/network', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(client),
  })
  return typeof answer?.['outcome'] === 'string' ? (answer as unknown as ProbeAnswer) : undefined
}

/** Says hello as a call does (docs/protocol.md, H1 and H4). */
export function askSocket(): Promise<SocketTrial> {
  const beganAt = performance.now()
  const url = new URL('/ws', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new Promise((resolve) => {
    const socket = new WebSocket(url, SUBPROTOCOL)
    let isOpen = false
    const close = () => socket.close(1000)
    const finish = (trial: SocketTrial) => {
      clearTimeout(timer)
      resolve(trial)
      if (trial.outcome !== 'ok') close()
    }
    const timer = setTimeout(() => finish({ outcome: isOpen ? 'silent' : 'refused' }), ANSWER_MS)
    socket.addEventListener('open', () => {
      isOpen = true
      socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION }))
    })
    socket.addEventListener('message', ({ data }) => {
      const { type, iceServers } = read(String(data))
      if (type !== 'welcome' || !Array.isArray(iceServers)) return
      const servers = iceServers as RTCIceServer[]
      finish({ outcome: 'ok', iceServers: servers, ms: performance.now() - beganAt, close })
    })
    socket.addEventListener('close', () => finish({ outcome: isOpen ? 'silent' : 'refused' }))
  })
}

async function ask(path: string, init?: RequestInit): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(path, {
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...init,
    })
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The object in a frame; empty where there is none. */
function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
