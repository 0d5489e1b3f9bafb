import {
  ATTRIBUTE,
  attributeOf,
  decodeAddress,
  decodeMessage,
  decodeXorAddress,
  encodeMessage,
  encodeUint32,
  formatIp,
  ipOf,
  METHOD,
  portOf,
  type ReceivedMessage,
  type TransportAddress,
} from '@duet/stun'

/** RFC 8489 §6.2.1, cut short: a filter drops every one of them. */
const SEND_AT_MS = [0, 400, 1000, 2000] as const
const ANSWER_MS = 3_000

/** CHANGE-REQUEST (RFC 5780 §7.2). */
export const CHANGE = { ip: 0x4, port: 0x2 } as const

/** What a server says to a Binding request. */
export interface BindingAnswer {
  mapped: TransportAddress | undefined
  /** Another address and another port of the server; undefined: it does no RFC 5780. */
  other: TransportAddress | undefined
  isError: boolean
}

/** How the tests of RFC 5780 ask; undefined: nothing came. */
export interface NatSocket {
  ask(to: TransportAddress, change?: number): Promise<BindingAnswer | undefined>
  /** Idempotent. */
  close(): void
}

/** A UDP socket that takes answers from whatever address they come. */
export async function openNatSocket(): Promise<NatSocket> {
  const waiting = new Map<string, (answer: ReceivedMessage) => void>()
  const socket = await Bun.udpSocket({
    binaryType: 'uint8array',
    socket: {
      data(_, bytes) {
        const message = decodeMessage(bytes.slice())
        if (message) waiting.get(message.transactionId.toHex())?.(message)
      },
      error: () => undefined,
    },
  })
  return {
    async ask(to, change = 0) {
      const transactionId = crypto.getRandomValues(new Uint8Array(12))
      const key = transactionId.toHex()
      const attributes =
        change === 0 ? [] : [{ type: ATTRIBUTE.changeRequest, value: encodeUint32(change) }]
      const request = {
        class: 'request',
        method: METHOD.binding,
        transactionId,
        attributes,
      } as const
      const bytes = encodeMessage(request)
      const { promise, resolve } = Promise.withResolvers<ReceivedMessage | undefined>()
      waiting.set(key, resolve)
      const [ip, port] = [formatIp(ipOf(to)), portOf(to)]
      const timers = SEND_AT_MS.map((ms) =>
        setTimeout(() => {
          if (!socket.closed) socket.send(bytes, port, ip)
        }, ms),
      )
      timers.push(setTimeout(() => resolve(undefined), ANSWER_MS))
      const answer = await promise
      for (const timer of timers) clearTimeout(timer)
      waiting.delete(key)
      return answer && readAnswer(answer)
    },
    close() {
      if (!socket.closed) socket.close()
    },
  }
}

function readAnswer(answer: ReceivedMessage): BindingAnswer {
  const mapped = attributeOf(answer, ATTRIBUTE.xorMappedAddress)
  const other = attributeOf(answer, ATTRIBUTE.otherAddress)
  return {
    mapped: mapped && decodeXorAddress(mapped, answer.transactionId),
    other: other && decodeAddress(other),
    isError: answer.class === 'error',
  }
}
