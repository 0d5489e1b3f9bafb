import { randomBytes } from 'node:crypto'
import {
  ATTRIBUTE,
  decodeMessage,
  encodeMessage,
  encodeText,
  encodeUint32,
  METHOD,
  shortTermKey,
  verifyIntegrity,
} from '@duet/stun'
import type { Line } from './line.ts'

const RETRY_MS = [0, 500, 1000, 2000] as const
const ANSWER_MS = 4_000
/** Of a host candidate (RFC 8445 §5.1.2.1). */
const PRIORITY = 0x7e00_00ff

/** Where an answer says that the server's ICE agent is. */
export interface IceAnswer {
  ufrag: string
  pwd: string
  candidates: readonly { address: string; port: number }[]
}

/** What in a description matters for connectivity checks (RFC 8839 §5); undefined: it is missing. */
export function readIceAnswer(sdp: string): IceAnswer | undefined {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]
  const pwd = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1]
  if (ufrag === undefined || pwd === undefined) return undefined
  const found = sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim)
  const seen = new Map<string, { address: string; port: number }>()
  for (const [, address = '', port = ''] of found) {
    seen.set(`${address} ${port}`, { address, port: Number(port) })
  }
  return { ufrag, pwd, candidates: [...seen.values()] }
}

/** Whether the agent of `answer` answers a connectivity check of ours (RFC 8445 §7.2). */
export async function isIceAnswering(
  line: Line,
  answer: IceAnswer,
  ownUfrag: string,
): Promise<boolean> {
  const transactionId = new Uint8Array(randomBytes(12))
  const integrity = { algorithm: 'sha-1', key: shortTermKey(answer.pwd) } as const
  const attributes = [
    { type: ATTRIBUTE.username, value: encodeText(`${answer.ufrag}:${ownUfrag}`) },
    { type: ATTRIBUTE.priority, value: encodeUint32(PRIORITY) },
    { type: ATTRIBUTE.iceControlling, value: new Uint8Array(randomBytes(8)) },
  ]
  const check = encodeMessage(
    { class: 'request', method: METHOD.binding, transactionId, attributes },
    { integrity, fingerprint: true },
  )
  const { promise, resolve } = Promise.withResolvers<boolean>()
  line.onMessage = (bytes) => {
    const message = decodeMessage(bytes.slice())
    if (message?.class !== 'success' || !verifyIntegrity(message, integrity)) return
    if (message.transactionId.toHex() === transactionId.toHex()) resolve(true)
  }
  const timers = RETRY_MS.map((ms) => setTimeout(() => line.send(check), ms))
  timers.push(setTimeout(() => resolve(false), ANSWER_MS))
  const isAnswering = await promise
  for (const timer of timers) clearTimeout(timer)
  return isAnswering
}
