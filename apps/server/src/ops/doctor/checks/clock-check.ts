import { fails, ok, untried, type Check } from '../verdict.ts'
import type { Visit } from '../visit.ts'

/** Credentials live for an hour, and certificates begin an hour early: a minute is far off enough. */
const TOLERANCE_MS = 60_000

/** Whether the clocks here and there agree. */
export function clockCheck(visit: Visit): Check {
  return {
    id: 'clock',
    label: 'Clock',
    async run() {
      const { answer, facts, askedAt } = await visit.found()
      const date = answer.kind === 'answer' ? Date.parse(answer.headers.get('date') ?? '') : NaN
      // A Date header is cut to whole seconds (RFC 9110 §5.6.7), and a proxy may have written it.
      const there = facts?.now ?? date
      if (!Number.isFinite(there)) return untried('the server does not tell its time')
      const offMs = Math.abs(there - askedAt)
      const seconds = Math.round(offMs / 1000)
      if (offMs > TOLERANCE_MS) return fails('clock-differs', { at: visit.target.host, seconds })
      return ok(seconds === 0 ? 'the same here and there' : `${seconds} s apart`)
    },
  }
}
