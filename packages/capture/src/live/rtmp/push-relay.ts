import type { Clock } from '@duet/base'
import { connect, createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { codeOf } from './code-of.ts'
import type { RtmpAddress } from './rtmp-address.ts'
import { RtmpRewriter } from './rtmp-rewriter.ts'

/** Each of the addresses gets so long, in milliseconds. */
const CONNECT_MS = 5000
/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4
/** What ffmpeg writes is held back while so much waits to be sent: TCP's own buffers come to it. */
const MAX_WAITING_BYTES = 256 * 1024

export interface PushRelayOptions {
  target: RtmpAddress
  /** IP addresses of the target's host, judged already: no name is asked again. */
  addresses: readonly string[]
  /** Certificates that are trusted instead of the well-known ones, as PEM. */
  ca?: string | undefined
  clock: Clock
  /** The connection to the server is gone; it is closed then. */
  onLost: (reason: string) => void
}

/**
 * The way of a broadcast out of this machine. ffmpeg sends to a port of this machine alone, and knows neither where it
 * goes nor what it is called: everybody on the machine can read its arguments, and it asks no name again.
 */
export class PushRelay {
  readonly #options: PushRelayOptions
  readonly #upstream: Socket
  readonly #server: Server
  /** Where ffmpeg sends to. */
  url = ''
  #local: Socket | undefined
  #isClosed = false

  private constructor(options: PushRelayOptions, upstream: Socket) {
    this.#options = options
    this.#upstream = upstream
    upstream.on('error', (error) => this.#lose(codeOf(error)))
    upstream.on('close', () => this.#lose('the connection was closed'))
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket))
    this.#server.on('error', (error) => this.#lose(codeOf(error)))
  }

  /** Connected; rejects when the server takes no connection, or is not who it should be. */
  static async open(options: PushRelayOptions): Promise<PushRelay> {
    const relay = new PushRelay(options, await connectToAny(options))
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve))
    const { port } = relay.#server.address() as AddressInfo
    relay.url = `rtmp://127.0.0.1:${port}/live/stream`
    return relay
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#server.close()
    this.#local?.destroy()
    // What is on its way is sent: the server hears that it is over.
    this.#upstream.end()
    setImmediate(() => this.#upstream.destroySoon())
  }

  /** The first one is ffmpeg's. */
  #accept(local: Socket): void {
    if (this.#local || this.#isClosed) {
      local.destroy()
      return
    }
    this.#local = local
    this.#server.close()
    const upstream = this.#upstream
    const rewriter = new RtmpRewriter(this.#options.target, (bytes) => upstream.write(bytes))
    local.on('data', (bytes: Buffer) => {
      try {
        rewriter.write(bytes)
      } catch (error) {
        this.#lose(codeOf(error))
        return
      }
      if (upstream.writableLength > MAX_WAITING_BYTES) local.pause()
    })
    upstream.on('drain', () => local.resume())
    upstream.on('data', (bytes) => void (local.writable && local.write(bytes)))
    local.on('error', () => local.destroy())
    local.resume()
  }

  #lose(reason: string): void {
    if (this.#isClosed) return
    this.close()
    this.#options.onLost(reason)
  }
}

/** The first one of the addresses that takes the connection. */
async function connectToAny(options: PushRelayOptions): Promise<Socket> {
  let last: unknown
  for (const address of options.addresses.slice(0, MAX_ADDRESSES)) {
    try {
      return await connectTo(address, options)
    } catch (error) {
      last = error
    }
  }
  throw last ?? new Error('the host has no address')
}

function connectTo(
  address: string,
  { target: { isSecure, host, port }, ca, clock }: PushRelayOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? connectTls({
          host: address,
          port,
          // The certificate must be of the name, wherever that leads. An address is no name (RFC 6066 §3).
          ...(isIP(host) === 0 && { servername: host }),
          ...(ca !== undefined && { ca }),
        })
      : connect({ host: address, port })
    const cancel = clock.after(CONNECT_MS, () => socket.destroy(new Error('no answer')))
    socket.setNoDelay(true)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      cancel()
      socket.off('error', fail)
      resolve(socket)
    })
    const fail = (error: Error): void => {
      cancel()
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
  })
}
