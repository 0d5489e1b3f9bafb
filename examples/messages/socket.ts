import type { User } from './account.ts'

/** An offer or an answer. */
export interface Description {
  type: 'offer' | 'answer'
  sdp: string
}

/** A candidate; the spelling of the index is the dialect's. */
export interface WrittenCandidate {
  candidate: { sdpMlineIndex: number | null; sdpMid: string | null; candidate: string }
}

/** What this page asks for. */
export type Method =
  | 'Message/Offer'
  | 'Message/Answer'
  | 'Message/Candidate'
  | 'Message/SendToAll'
  | 'Message/Call'
  | 'Message/Accept'
  | 'Message/Reject'
  | 'Message/Hangup'

interface From<Data> {
  fromId: number
  data: Data
}

/** What the server pushes; `message` is for people. */
export type Push = { message: string } & (
  | { code: 1; data: null }
  | { code: 10000; data: User[] }
  | { code: 10005; data: { username: string; message: string } }
  | { code: 10006; data: User }
  | { code: 10008; data: { fromId: number } }
  | { code: 10009; data: From<WrittenCandidate> }
  | { code: 10010 | 10011; data: From<Description> }
  | { code: 10012 | 10013 | 10014 | 10015 | 10016 | 10017; data: From<unknown> }
)

/** Called only once the socket is there. */
export interface MessagesListener {
  onPush: (push: Push) => void
  /** The socket was closed, by whomever. */
  onLost: () => void
}

/** A socket of somebody who is logged in. */
export interface MessagesSocket {
  say(method: Method, said: { toId?: number; message?: string; data?: unknown }): void
  close(): void
}

/** `type` of a frame: the page says it, or a person wrote it. */
const SYSTEM = 0
const TEXT = 1

/**
 * Opens a WebSocket to the page's own origin and says who is there. Rejects when the server can't
 * be reached, or nobody is logged in.
 */
export function connect(self: User, listener: MessagesListener): Promise<MessagesSocket> {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new WebSocket(`${scheme}://${location.host}/webrtc/wss`)
  const say = (method: string, said: { toId?: number; message?: string; data?: unknown }): void => {
    const { toId = 0, message, data = null } = said
    const type = message === undefined ? SYSTEM : TEXT
    // Keys as pages of this kind spell them; the server reads them in any case.
    const frame = { Method: method, Type: type, Message: message ?? method }
    socket.send(JSON.stringify({ ...frame, fromId: self.id, toId, data }))
  }
  return new Promise((resolve, reject) => {
    socket.addEventListener('close', () => reject(new Error('the socket was closed')))
    socket.addEventListener('open', () => {
      socket.addEventListener('close', listener.onLost)
      socket.addEventListener('message', ({ data }) => {
        listener.onPush(JSON.parse(String(data)) as Push)
      })
      say('User/Connect', {})
      resolve({ say, close: () => socket.close() })
    })
  })
}
