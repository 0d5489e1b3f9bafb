import type { Clock, Emitter, Logger } from '@duet/base'
import type { CallInput } from './call-machine.ts'
import type { CallEvents, CallOptions } from './call-options.ts'
import type { CallState } from './call-state.ts'
import type { Keyring } from './keyring.ts'
import type { LocalMedia } from './local-media.ts'
import type { Part } from './part.ts'
import type { SeatOptions } from './seat.ts'

/** What a conversation stands on, and how it moves its call on. */
export interface ConversationOptions extends Omit<CallOptions, 'room'> {
  part: Part
  media: LocalMedia
  keyring: Keyring | undefined
  clock: Clock
  logger: Logger
  openSocket: SeatOptions['openSocket']
  events: Emitter<CallEvents>
  state: () => CallState
  /** Moves the call on. */
  input: (input: CallInput) => void
}
