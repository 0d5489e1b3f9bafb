import type { CallEndReason, CallInfo, UserId } from '@duet/rules'

/** Reaches the devices of users whose pages are closed. None of it may throw. */
export interface Wake {
  /** Whether any device of this user could be woken up. */
  canWake(user: UserId): Promise<boolean>
  /** The callee is being rung. */
  ring(call: CallInfo): void
  /** It is rung no more: the call was answered, or is over. */
  over(call: CallInfo, outcome: 'answered' | CallEndReason): void
}

/** Wakes nobody up. */
export const NO_WAKE: Wake = {
  canWake: () => Promise.resolve(false),
  ring: () => {},
  over: () => {},
}
