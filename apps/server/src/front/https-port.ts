import type { Clock } from '@duet/base'
import type { Server } from 'bun'
import type { Connection } from './connection.ts'
import type { Guests } from './guests.ts'
import type { Handlers, Listener, Tls } from './listen.ts'
import { LOOPBACK, PeerBook } from './peer-book.ts'
import { serve } from './serve.ts'
import { SharedPort } from './shared-port.ts'
import { tlsByName } from './tls-by-name.ts'

export interface HttpsPortOptions {
  /** Its port becomes the one that is really bound. */
  listener: Listener
  handlers: Handlers
  tls: readonly Tls[]
  /** Share this port with those who speak HTTPS. */
  guests: Guests | undefined
  isTrustedProxy: (address: string) => boolean
  clock: Clock
}

type State =
  /** Nothing is open: only ever for a moment. */
  | { name: 'closed' }
  /** The port itself speaks HTTPS. */
  | { name: 'alone'; server: Server<Connection> }
  /** The port tells who wants what, and HTTPS is spoken behind it. */
  | {
      name: 'shared'
      outer: SharedPort
      secure: Server<Connection>
      plain: Server<Connection>
    }

/**
 * A port for HTTPS. It is shared as long as there are guests or answers for TLS-ALPN-01, which costs
 * every byte a way over loopback.
 */
export class HttpsPort {
  readonly #options: HttpsPortOptions
  readonly #peers = new PeerBook()
  /** No longer accepting, with connections that go on. */
  readonly #retired = new Set<Closable>()
  #tls: readonly Tls[]
  #answers: ReadonlyMap<string, Tls> = new Map()
  #state: State

  /** Throws what `Bun.serve` throws. */
  constructor(options: HttpsPortOptions) {
    this.#options = options
    this.#tls = options.tls
    this.#state = this.#open()
    const { listener } = options
    if (this.#state.name === 'alone') listener.port = this.#state.server.port ?? listener.port
    if (this.#state.name === 'shared') listener.port = this.#state.outer.port
  }

  /**
   * New connections get these; those that are open stay. Throws what `Bun.serve` throws, and goes on
   * with those before.
   */
  setTls(tls: readonly Tls[]): void {
    const before = this.#tls
    this.#tls = tls
    this.#orElse(
      () => (this.#tls = before),
      () => (this.#state.name === 'shared' ? this.#replaceSecure(this.#state) : this.#reopen()),
    )
  }

  /**
   * From now on TLS-ALPN-01 is answered with these (RFC 8737). Throws what `Bun.serve` throws, and
   * goes on as before.
   */
  setAnswers(certificates: ReadonlyMap<string, Tls>): void {
    const before = this.#answers
    this.#answers = new Map(certificates)
    this.#orElse(
      () => (this.#answers = before),
      () => {
        if (this.#mustShare !== (this.#state.name === 'shared')) this.#reopen()
        else if (this.#state.name === 'shared') this.#state.outer.setAnswers(this.#answers)
      },
    )
  }

  /** Takes no new connections; open ones go on. */
  stop(): void {
    if (this.#state.name === 'alone') void this.#state.server.stop()
    if (this.#state.name === 'shared') this.#state.outer.stop()
  }

  /** Cuts what is still open. */
  async close(): Promise<void> {
    const all: Closable[] = [...this.#retired]
    if (this.#state.name === 'alone') all.push(this.#state.server)
    if (this.#state.name === 'shared') {
      all.push(closable(this.#state.outer), this.#state.secure, this.#state.plain)
    }
    await Promise.all(all.map((each) => each.stop(true)))
  }

  get #mustShare(): boolean {
    return this.#options.guests !== undefined || this.#answers.size > 0
  }

  /** Goes on as before where the change fails. */
  #orElse(undo: () => void, change: () => void): void {
    try {
      change()
    } catch (error) {
      undo()
      if (this.#state.name === 'closed') this.#state = this.#open()
      throw error
    }
  }

  /** On the same port, which is closed for a moment. */
  #reopen(): void {
    const before = this.#state
    if (before.name === 'alone') this.#retire(before.server)
    if (before.name === 'shared') {
      before.outer.stop()
      if (before.outer.size > 0) this.#retired.add(closable(before.outer))
      this.#retire(before.secure)
      this.#retire(before.plain)
    }
    this.#state = { name: 'closed' }
    this.#state = this.#open()
  }

  #replaceSecure(state: Extract<State, { name: 'shared' }>): void {
    const secure = this.#serveBehind(tlsByName(this.#tls))
    this.#retire(state.secure)
    this.#state = { ...state, secure }
    const [first] = this.#tls
    if (first) state.outer.setTls(first)
  }

  #open(): State {
    const { listener, handlers, guests, isTrustedProxy, clock } = this.#options
    const { host, port } = listener
    if (!this.#mustShare) {
      const tls = tlsByName(this.#tls)
      return { name: 'alone', server: serve({ listener, handlers, host, port, tls }) }
    }
    const [first = { cert: '', key: '' }] = this.#tls
    const secure = this.#serveBehind(tlsByName(this.#tls))
    const plain = this.#serveBehind(undefined)
    let outer: SharedPort | undefined
    try {
      outer = new SharedPort({
        host,
        port,
        behind: () => this.#behind(secure, plain),
        peers: this.#peers,
        guests,
        tls: first,
        isTrustedProxy,
        clock,
      })
      outer.setAnswers(this.#answers)
      return { name: 'shared', outer, secure, plain }
    } catch (error) {
      outer?.close()
      void secure.stop(true)
      void plain.stop(true)
      throw error
    }
  }

  /** Those of now: certificates may have changed since it was opened. */
  #behind(secure: Server<Connection>, plain: Server<Connection>) {
    const now = this.#state?.name === 'shared' ? this.#state : { secure, plain }
    return { https: now.secure.port ?? 0, http: now.plain.port ?? 0 }
  }

  #serveBehind(tls: ReturnType<typeof tlsByName> | undefined): Server<Connection> {
    const { listener, handlers } = this.#options
    const peers = this.#peers
    return serve({ listener, handlers, host: LOOPBACK, port: 0, tls, peers })
  }

  /** Takes no new connections, and is forgotten when the last one is gone. */
  #retire(server: Server<Connection>): void {
    this.#retired.add(server)
    void server.stop().then(() => this.#retired.delete(server))
  }
}

/** What is cut at the end. */
interface Closable {
  stop(force: true): Promise<void>
}

function closable(port: SharedPort): Closable {
  return {
    async stop() {
      port.close()
    },
  }
}
