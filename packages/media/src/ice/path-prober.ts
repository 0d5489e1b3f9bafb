import { randomBytes } from 'node:crypto'
import type { CancelTimer, Clock } from '@duet/base'
import { destinationOf, type DatagramPort } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeMessage,
  encodeText,
  encodeUint32,
  METHOD,
  shortTermKey,
  verifyIntegrity,
  type ReceivedMessage,
  type TransportAddress,
} from '@duet/stun'
import { createIceCredentials, type IceCredentials } from './ice-credentials.ts'

/** A check goes out at these moments, in milliseconds from its beginning. */
const SEND_AT_MS = [0, 200, 600]
/** An answer that takes longer is none, in milliseconds. */
const ANSWER_MS = 1_500
/** Of a candidate that was found on the way (RFC 8445 §5.1.2.1). */
const PRIORITY = 0x6e00_00ff

export interface PathProbe {
  to: TransportAddress
  /** Of the client that is there. */
  remote: IceCredentials
  port: DatagramPort
}

interface Waiting {
  to: TransportAddress
  remote: IceCredentials
  finish: (isAnswered: boolean) => void
}

/**
 * Asks clients for a sign from ports that they never sent to (RFC 8445 §7.2.2): whether their
 * networks let it in is in the answer. It sends nothing but these few checks.
 */
export class PathProber {
  readonly #clock: Clock
  readonly #maxWaiting: number
  readonly #waiting = new Map<string, Waiting>()

  constructor(clock: Clock, maxWaiting: number) {
    this.#clock = clock
    this.#maxWaiting = maxWaiting
  }

  /** Whether the client answered; undefined: too many are asked at this moment. */
  probe({ to, remote, port }: PathProbe): Promise<boolean> | undefined {
    if (this.#waiting.size >= this.#maxWaiting) return undefined
    const transactionId = new Uint8Array(randomBytes(12))
    const bytes = checkBytes(remote, transactionId)
    const destination = destinationOf(to)
    const key = transactionId.toHex()
    return new Promise((resolve) => {
      const timers: CancelTimer[] = SEND_AT_MS.map((delayMs) =>
        this.#clock.after(delayMs, () => port.send(bytes, destination)),
      )
      const finish = (isAnswered: boolean): void => {
        for (const cancel of timers) cancel()
        this.#waiting.delete(key)
        resolve(isAnswered)
      }
      timers.push(this.#clock.after(ANSWER_MS, () => finish(false)))
      this.#waiting.set(key, { to, remote, finish })
    })
  }

  /** Takes an answer; false when nobody waits for it. */
  handleAnswer(message: ReceivedMessage, from: TransportAddress): boolean {
    const waiting = this.#waiting.get(message.transactionId.toHex())
    if (!waiting || waiting.to !== from) return false
    // A refusal proves as well that the check arrived, and some clients do not sign it.
    const key = shortTermKey(waiting.remote.pwd)
    const isSigned = verifyIntegrity(message, { algorithm: 'sha-1', key })
    if (message.class === 'success' && !isSigned) return false
    waiting.finish(true)
    return true
  }

  /** Nobody answers any more. Idempotent. */
  close(): void {
    for (const { finish } of this.#waiting.values()) finish(false)
  }
}

function checkBytes(remote: IceCredentials, transactionId: Uint8Array): Uint8Array {
  const username = `${remote.ufrag}:${createIceCredentials().ufrag}`
  return encodeMessage(
    {
      class: 'request',
      method: METHOD.binding,
      transactionId,
      attributes: [
        { type: ATTRIBUTE.username, value: encodeText(username) },
        { type: ATTRIBUTE.priority, value: encodeUint32(PRIORITY) },
        // A browser that offered is the controlling one.
        { type: ATTRIBUTE.iceControlled, value: new Uint8Array(randomBytes(8)) },
      ],
    },
    { integrity: { algorithm: 'sha-1', key: shortTermKey(remote.pwd) }, fingerprint: true },
  )
}
