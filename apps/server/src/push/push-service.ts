import { messageOf, SerialQueue, type Clock, type Logger } from '@duet/base'
import { RING_MS } from '@duet/protocol'
import type { CallEndReason, CallId, CallInfo, UserId } from '@duet/rules'
import type { Wake } from '../people/wake.ts'
import type { PushStore, PushSubscription } from '../store/push-store.ts'
import { parseEndpoint, targetOf, type Resolve } from './push-endpoint.ts'
import type { PushMessage } from './push-message.ts'
import { postPush } from './push-post.ts'
import type { VapidKeys } from './vapid-keys.ts'

export interface PushServiceOptions {
  store: PushStore
  keys: VapidKeys
  /** How push services reach the operator (RFC 8292 §2.1): `https:` or `mailto:`. */
  contact: () => string
  /** Who calls, in the words of a notification. */
  nameOf: (user: UserId) => Promise<string>
  /** Whether push messages may go to this address. */
  isOpen: (address: string) => boolean
  resolve: Resolve
  clock: Clock
  logger: Logger
  /** PEM of further authorities that push services may have their certificates from. */
  authorities?: readonly string[] | undefined
}

/** Why a subscription was not taken. */
export type SubscribeRefusal = 'bad-endpoint' | 'bad-keys'

/** A person has fewer browsers than this; the oldest one goes. */
export const MAX_SUBSCRIPTIONS = 10

/** Messages on their way at once; the next ones are dropped: a ring that waits is late. */
const MAX_SENDING = 64

const SEND_TIMEOUT_MS = 10_000

/** A device that was off for a day still learns of the call that it missed, in seconds. */
const MISSED_TTL = 24 * 60 * 60

/** The key agreement of a browser and its secret (RFC 8291 §3.1), in bytes. */
const P256DH_BYTES = 65
const AUTH_BYTES = 16

/** Reaches browsers with closed pages by push messages. Endpoints and keys are never logged. */
export class PushService implements Wake {
  readonly #options: PushServiceOptions
  /** Whom the running calls were rung at. */
  readonly #rung = new Map<CallId, Promise<{ name: string; to: PushSubscription[] }>>()
  /** One after the other, so that none passes over the bound. */
  readonly #subscribing = new SerialQueue()
  #sending = 0

  constructor(options: PushServiceOptions) {
    this.#options = options
  }

  /** What browsers subscribe with, base64url. */
  get publicKey(): string {
    return this.#options.keys.publicKey
  }

  /** Keeps a subscription, in place of the oldest when there are too many. Rejects with a StoreError. */
  async subscribe(subscription: PushSubscription): Promise<SubscribeRefusal | undefined> {
    const { isOpen, resolve } = this.#options
    const { endpoint, p256dh, auth } = subscription
    if (!isOfLength(p256dh, P256DH_BYTES) || !isOfLength(auth, AUTH_BYTES)) return 'bad-keys'
    const url = parseEndpoint(endpoint)
    const target = url && (await targetOf(url, { isOpen, resolve }).catch(() => undefined))
    if (!target) return 'bad-endpoint'
    await this.#subscribing.add(() => this.#keep(subscription))
  }

  /** Rejects with a StoreError. */
  async #keep(subscription: PushSubscription): Promise<void> {
    const { store } = this.#options
    const { endpoint, userId } = subscription
    const others = (await store.subscriptionsOf(userId)).filter(
      (other) => other.endpoint !== endpoint,
    )
    const surplus = Math.max(0, others.length + 1 - MAX_SUBSCRIPTIONS)
    for (const { endpoint: oldest } of others.slice(0, surplus)) {
      await store.unsubscribe(userId, oldest)
    }
    await store.subscribe(subscription)
  }

  unsubscribe(user: UserId, endpoint: string): Promise<void> {
    return this.#options.store.unsubscribe(user, endpoint)
  }

  async canWake(user: UserId): Promise<boolean> {
    return (await this.#options.store.subscriptionsOf(user)).length > 0
  }

  ring(call: CallInfo): void {
    const rung = this.#ring(call)
    this.#rung.set(call.id, rung)
    rung.catch((error: unknown) => {
      this.#rung.delete(call.id)
      this.#options.logger.warn('nobody was woken up', { error: messageOf(error) })
    })
  }

  over(call: CallInfo, outcome: 'answered' | CallEndReason): void {
    const rung = this.#rung.get(call.id)
    if (!rung) return
    this.#rung.delete(call.id)
    const isMissed = outcome !== 'answered' && outcome !== 'declined' && outcome !== 'hung-up'
    void this.#over(call, { rung, isMissed })
  }

  async #ring(call: CallInfo): Promise<{ name: string; to: PushSubscription[] }> {
    const { store, nameOf, clock } = this.#options
    const [subscriptions, name] = await Promise.all([
      store.subscriptionsOf(call.callee),
      nameOf(call.caller),
    ])
    const to = subscriptions.slice(0, MAX_SUBSCRIPTIONS)
    const ringsUntil = call.startedAt + RING_MS
    const ttl = Math.max(0, Math.ceil((ringsUntil - clock.now()) / 1000))
    for (const subscription of to) {
      const { language } = subscription
      const { id, media } = call
      void this.#send(
        subscription,
        { type: 'ring', call: id, name, media, ringsUntil, language },
        ttl,
      )
    }
    return { name, to }
  }

  async #over(
    call: CallInfo,
    {
      rung,
      isMissed,
    }: { rung: Promise<{ name: string; to: PushSubscription[] }>; isMissed: boolean },
  ): Promise<void> {
    const { name, to } = await rung.catch(() => ({ name: '', to: [] as PushSubscription[] }))
    const ttl = isMissed ? MISSED_TTL : Math.ceil(RING_MS / 1000)
    for (const subscription of to) {
      const { language } = subscription
      void this.#send(subscription, { type: 'over', call: call.id, name, isMissed, language }, ttl)
    }
  }

  /** Never rejects: what can't be sent is a ring less. */
  async #send(subscription: PushSubscription, message: PushMessage, ttl: number): Promise<void> {
    const { logger, store } = this.#options
    if (this.#sending >= MAX_SENDING) {
      logger.warn('a push message was dropped: too many are on their way')
      return
    }
    this.#sending += 1
    try {
      const status = await this.#post(subscription, message, ttl)
      if (status === 404 || status === 410) await store.drop(subscription.endpoint)
      logger.debug('push', { type: message.type, status: status ?? 'not allowed' })
      if (status !== undefined && status >= 400 && status !== 404 && status !== 410) {
        logger.warn('a push service refused a message', { status })
      }
    } catch (error) {
      logger.warn('a push service was not reached', { code: codeOf(error) })
    } finally {
      this.#sending -= 1
    }
  }

  /** The status of the answer; undefined when the endpoint is one that we may not talk to. */
  async #post(
    { endpoint, p256dh, auth }: PushSubscription,
    message: PushMessage,
    ttl: number,
  ): Promise<number | undefined> {
    const { authorities, contact, isOpen, keys, resolve } = this.#options
    const url = parseEndpoint(endpoint)
    const target = url && (await targetOf(url, { isOpen, resolve }))
    if (!target) return undefined
    // It takes a while to load, which only the first message waits for.
    const { default: webPush } = await import('web-push')
    const { body, headers } = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(message),
      {
        vapidDetails: { subject: contact(), ...keys },
        TTL: ttl,
        urgency: 'high',
        // A later message of the same call takes the place of one that is not delivered yet.
        topic: message.call,
        contentEncoding: 'aes128gcm',
      },
    )
    return postPush({ target, headers, body, timeoutMs: SEND_TIMEOUT_MS, authorities })
  }
}

function isOfLength(text: string, bytes: number): boolean {
  return Buffer.from(text, 'base64url').length === bytes
}

/** What a fault may be logged as: its message could hold the endpoint. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
