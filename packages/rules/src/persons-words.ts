import { expect } from 'bun:test'
import type { CallNotice, PersonEffect } from './call-notice.ts'
import type { PersonEventOf } from './person-event.ts'
import type { CallId, UserId } from './person.ts'

/** What a page asks of the server. For tests. */
export type Request = PersonEventOf<
  'place' | 'ringing' | 'accept' | 'decline' | 'end' | 'rejoin' | 'attend'
>

/** A request, made when it reaches the server: from the session that the page has then. */
export type Word = (address: string) => Request

/** What a page says of a call. */
export const WORDS = {
  ringing: (user: UserId) => (address: string, call: CallId) => ({
    type: 'ringing' as const,
    user,
    address,
    call,
  }),
  accept: (user: UserId, at: number) => (address: string, call: CallId) => ({
    type: 'accept' as const,
    user,
    address,
    call,
    at,
    ref: at,
  }),
  decline: (user: UserId, at: number) => (address: string, call: CallId) => ({
    type: 'decline' as const,
    user,
    address,
    call,
    at,
    ref: at,
    ...(at % 2 > 0 ? { text: 'later' } : {}),
  }),
  end: (user: UserId, at: number) => (address: string, call: CallId) => ({
    type: 'end' as const,
    user,
    address,
    call,
    at,
    ref: at,
  }),
} satisfies Record<string, (user: UserId, at: number) => (address: string, call: CallId) => Request>

/** K2, K6: a request has one answer; K3: an end is told to the one who asked for it. */
export function answerTo(
  event: Request,
  asker: string,
  effects: readonly PersonEffect[],
): CallNotice | undefined {
  if (event.type === 'attend' || event.type === 'ringing') return undefined
  const told = effects.flatMap((effect) =>
    effect.type === 'notice' && effect.to === asker ? [effect.notice] : [],
  )
  const answers = told.filter((notice) => 'ref' in notice && notice.ref === event.ref)
  if (event.type === 'place' || event.type === 'accept') expect(answers.length).toBe(1)
  if (event.type === 'rejoin') {
    expect(answers.length).toBeLessThanOrEqual(1)
    const [answer] = answers
    // K11: nobody takes a call that merely rang there.
    if (answer?.type === 'call-accepted' && answer.call.callee === event.user) {
      expect(event.leg).toBe(answer.leg)
    }
  }
  if (event.type === 'decline' || event.type === 'end') {
    const ends = told.filter(({ type }) => type === 'call-ended')
    expect(answers.length + ends.length).toBe(1)
  }
  return answers[0]
}
