import type { UserId } from '@duet/rules'

/** Where a browser can be reached while no page is open (RFC 8030), and its keys (RFC 8291). */
export interface PushSubscription {
  userId: UserId
  /** The login that made it: it ends with that. */
  loginId: number
  endpoint: string
  p256dh: string
  auth: string
  language: string
}

export interface PushStore {
  /** One for each endpoint: a later one takes its place. */
  subscribe(subscription: PushSubscription): Promise<void>
  unsubscribe(userId: UserId, endpoint: string): Promise<void>
  /** The push service says that it is gone. */
  drop(endpoint: string): Promise<void>
  subscriptionsOf(userId: UserId): Promise<PushSubscription[]>
}
