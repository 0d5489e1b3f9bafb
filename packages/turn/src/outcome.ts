import type { StunAttribute, StunErrorCode } from '@duet/stun'

/** What a request comes to. The reason of an error is for counters and logs. */
export type Outcome =
  | { kind: 'success'; attributes: StunAttribute[] }
  | { kind: 'error'; code: StunErrorCode; reason: string; attributes?: StunAttribute[] }
  /** No answer: the first copy of this request is still being worked on, or is answered. */
  | { kind: 'silence' }

export type ErrorOutcome = Extract<Outcome, { kind: 'error' }>

/** An error answer. */
export function refuse(
  code: StunErrorCode,
  reason: string,
  attributes: StunAttribute[] = [],
): ErrorOutcome {
  return { kind: 'error', code, reason, attributes }
}
