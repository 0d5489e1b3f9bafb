import { signal, type ReadonlySignal } from '@preact/signals'

/** Why a browser can't ring while no page is open. */
export type PushObstacle =
  | 'insecure'
  | 'self-signed'
  | 'home-screen'
  | 'unsupported'
  | 'no-server'
  | 'blocked'

/**
 * Whether this browser rings while no page is open. Transitions:
 *
 *     looking -> off | on | impossible
 *     off | failed -> asking -> on | failed | impossible;  on -> off
 */
export type PushState =
  | { name: 'looking' }
  | { name: 'impossible'; obstacle: PushObstacle }
  | { name: 'off' }
  | { name: 'asking' }
  | { name: 'on' }
  | { name: 'failed' }

/** What a push service needs to reach this browser (RFC 8030, RFC 8291). */
export interface PushAddress {
  endpoint: string
  keys: { p256dh: string; auth: string }
}

/** What push needs of the browser. */
export interface PushPort {
  facts(): PushFacts
  /** The worker could not be registered: rejects; `SecurityError` for an untrusted certificate. */
  register(): Promise<void>
  permission(): NotificationPermission
  /** From a person's gesture. */
  askPermission(): Promise<NotificationPermission>
  /** What this browser subscribed to with this key before; null for nothing. */
  current(key: string): Promise<PushAddress | null>
  subscribe(key: string): Promise<PushAddress>
  unsubscribe(): Promise<void>
}

export interface PushFacts {
  isSecure: boolean
  /** The server's certificate is self-made. */
  isSelfSigned: boolean
  hasPush: boolean
  /** An iPhone or iPad, in its browser and not from the home screen. */
  needsHomeScreen: boolean
}

/** What push needs of the server; each rejects when it does not answer well. */
export interface PushApi {
  /** base64url; null: this server sends no notifications. */
  key(): Promise<string | null>
  save(address: PushAddress, language: string): Promise<void>
  remove(endpoint: string): Promise<void>
}

export interface PushModelOptions {
  port: PushPort
  api: PushApi
  language: () => string
}

/** Turns ringing with closed pages on and off, and says honestly where it can't be had. */
export class PushModel {
  readonly state: ReadonlySignal<PushState>
  readonly #state = signal<PushState>({ name: 'looking' })
  readonly #options: PushModelOptions

  constructor(options: PushModelOptions) {
    this.#options = options
    this.state = this.#state
  }

  /** Finds out how things stand, and renews what was subscribed before. Never rejects. */
  async look(): Promise<void> {
    const { port, api } = this.#options
    const obstacle = obstacleOf(port.facts())
    if (obstacle) return this.#obstructed(obstacle)
    try {
      await port.register()
      const key = await api.key()
      if (key === null) return this.#obstructed('no-server')
      const permission = port.permission()
      if (permission === 'denied') return this.#obstructed('blocked')
      const address = permission === 'granted' ? await port.current(key) : null
      // The server may have forgotten it, or another user has logged in.
      if (address) await api.save(address, this.#options.language())
      this.#state.value = { name: address ? 'on' : 'off' }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** From a person's gesture. Never rejects. */
  async turnOn(): Promise<void> {
    const { port, api } = this.#options
    const { name } = this.#state.peek()
    if (name !== 'off' && name !== 'failed') return
    this.#state.value = { name: 'asking' }
    try {
      const permission = await port.askPermission()
      if (permission === 'denied') return this.#obstructed('blocked')
      if (permission !== 'granted') {
        this.#state.value = { name: 'off' }
        return
      }
      const key = await api.key()
      if (key === null) return this.#obstructed('no-server')
      await port.register()
      await api.save(await port.subscribe(key), this.#options.language())
      this.#state.value = { name: 'on' }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Never rejects. */
  async turnOff(): Promise<void> {
    const { port, api } = this.#options
    if (this.#state.peek().name !== 'on') return
    try {
      const key = await api.key()
      const address = key === null ? null : await port.current(key)
      if (address) await api.remove(address.endpoint)
      await port.unsubscribe()
      this.#state.value = { name: 'off' }
    } catch (error) {
      this.#failed(error)
    }
  }

  #obstructed(obstacle: PushObstacle): void {
    this.#state.value = { name: 'impossible', obstacle }
  }

  #failed(error: unknown): void {
    const isRefused = error instanceof DOMException && error.name === 'SecurityError'
    // A self-made certificate may be trusted all the same: only the failure tells.
    if (isRefused || this.#options.port.facts().isSelfSigned) this.#obstructed('self-signed')
    else this.#state.value = { name: 'failed' }
  }
}

function obstacleOf(facts: PushFacts): PushObstacle | undefined {
  if (!facts.isSecure) return 'insecure'
  if (facts.needsHomeScreen) return 'home-screen'
  return facts.hasPush ? undefined : 'unsupported'
}
