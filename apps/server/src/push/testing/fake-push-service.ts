import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { makeCertificate } from '../../front/make-certificate.ts'
import type { PushMessage } from '../push-message.ts'

/** One message as the push service got it. */
export interface ReceivedPush {
  path: string
  headers: Headers
  body: Uint8Array
}

/** A push service on loopback, as browsers' makers run them (RFC 8030). */
export class FakePushService {
  readonly received: ReceivedPush[] = []
  readonly certificate: string
  /** What the next messages are answered with. */
  status = 201
  readonly #server: Bun.Server<undefined>

  private constructor(pair: { cert: string; key: string }) {
    this.certificate = pair.cert
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      tls: pair,
      fetch: async (request) => {
        const body = await request.bytes()
        const { pathname } = new URL(request.url)
        this.received.push({ path: pathname, headers: request.headers, body })
        return new Response(null, {
          status: this.status,
          headers: this.status === 307 ? { location: '/elsewhere' } : {},
        })
      },
    })
  }

  static async start(): Promise<FakePushService> {
    return new FakePushService(await makeCertificate(['localhost', '127.0.0.1'], Date.now()))
  }

  get origin(): string {
    return `https://localhost:${this.#server.port}`
  }

  async stop(): Promise<void> {
    await this.#server.stop(true)
  }
}

/** A browser's half of a subscription: it alone can read what comes. */
export class FakeBrowser {
  readonly #keys = createECDH('prime256v1')
  readonly #auth = randomBytes(16)

  constructor() {
    this.#keys.generateKeys()
  }

  get p256dh(): string {
    return this.#keys.getPublicKey().toString('base64url')
  }

  get auth(): string {
    return this.#auth.toString('base64url')
  }

  /** Opens a message (RFC 8291 §3.4, RFC 8188 §2.1); throws when it is not for this browser. */
  open(body: Uint8Array): PushMessage {
    const bytes = Buffer.from(body)
    const salt = bytes.subarray(0, 16)
    const keyLength = bytes[20] ?? 0
    const senderKey = bytes.subarray(21, 21 + keyLength)
    const sealed = bytes.subarray(21 + keyLength)
    const shared = this.#keys.computeSecret(senderKey)
    const info = Buffer.concat([
      Buffer.from('WebPush: info\0'),
      this.#keys.getPublicKey(),
      senderKey,
    ])
    const input = Buffer.from(hkdfSync('sha256', shared, this.#auth, info, 32))
    const key = hkdfSync('sha256', input, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
    const nonce = hkdfSync('sha256', input, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
    const opener = createDecipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce))
    opener.setAuthTag(sealed.subarray(-16))
    const padded = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()])
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()) as PushMessage
  }
}

/** The claims of a VAPID header (RFC 8292 §3), once its signature is right; throws otherwise. */
export function vapidClaims(headers: Headers, publicKey: string): Record<string, unknown> {
  const [, token = '', key = ''] =
    /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.get('authorization') ?? '') ?? []
  if (key !== publicKey) throw new Error('another key')
  const point = Buffer.from(publicKey, 'base64url')
  const verifier = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  })
  const [header = '', claims = '', signature = ''] = token.split('.')
  const isRight = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: verifier, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isRight) throw new Error('a false signature')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
}
