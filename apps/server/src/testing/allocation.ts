import {
  ATTRIBUTE,
  attributeOf,
  decodeErrorCode,
  decodeMessage,
  decodeText,
  encodeMessage,
  encodeText,
  longTermKey,
  METHOD,
  type Integrity,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'

/**
 * Asks a TURN server over UDP for realm and nonce, then for an allocation with this login
 * (RFC 8656 §7); code 0 is success.
 */
export async function tryAllocation(
  { host, port }: { host: string; port: number },
  login: { username: string; password: string },
): Promise<{ code: number; realm: string }> {
  const waiting = new Map<string, (answer: ReceivedMessage) => void>()
  const socket = await Bun.udpSocket({
    binaryType: 'uint8array',
    connect: { hostname: host, port },
    socket: {
      data(_, bytes) {
        const answer = decodeMessage(bytes.slice())
        if (answer) waiting.get(answer.transactionId.toHex())?.(answer)
      },
    },
  })
  const ask = (credentials: StunAttribute[], integrity?: Integrity): Promise<ReceivedMessage> =>
    new Promise((resolve) => {
      const transactionId = crypto.getRandomValues(new Uint8Array(12))
      waiting.set(transactionId.toHex(), resolve)
      const attributes = [
        { type: ATTRIBUTE.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) },
        ...credentials,
      ]
      const request = {
        class: 'request',
        method: METHOD.allocate,
        transactionId,
        attributes,
      } as const
      socket.send(encodeMessage(request, { integrity }))
    })
  try {
    const challenge = await ask([])
    const [realm, nonce] = [ATTRIBUTE.realm, ATTRIBUTE.nonce].map((type) => textOf(challenge, type))
    const credentials = [
      { type: ATTRIBUTE.username, value: encodeText(login.username) },
      { type: ATTRIBUTE.realm, value: encodeText(realm ?? '') },
      { type: ATTRIBUTE.nonce, value: encodeText(nonce ?? '') },
    ]
    const key = longTermKey('md5', { ...login, realm: realm ?? '' })
    const answer = await ask(credentials, { algorithm: 'sha-1', key })
    const code = decodeErrorCode(attributeOf(answer, ATTRIBUTE.errorCode) ?? new Uint8Array(0))
    return { code: answer.class === 'success' ? 0 : (code ?? -1), realm: realm ?? '' }
  } finally {
    socket.close()
  }
}

function textOf(message: ReceivedMessage, type: number): string {
  return decodeText(attributeOf(message, type) ?? new Uint8Array(0)) ?? ''
}
