import type { Phone } from '@duet/client'
import type { CallMedia, UserId } from '@duet/protocol'

/** What the account pages need of the phone, so that a fake can take its place. */
export type PhonePort = Pick<
  Phone,
  | 'state'
  | 'self'
  | 'people'
  | 'unreadToAll'
  | 'mayWriteToAll'
  | 'missed'
  | 'send'
  | 'markRead'
  | 'on'
  | 'close'
>

/** What the account pages need of the calls: to begin one. */
export interface CallsPort {
  call(user: UserId, media: CallMedia): void
}
