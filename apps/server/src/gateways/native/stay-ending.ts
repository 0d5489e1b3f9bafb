import type { Notice, RefusalCode } from '@duet/rules'

const STAY_ENDING_REFUSALS: ReadonlySet<RefusalCode> = new Set([
  'line-full',
  'not-in-room',
  'room-closed',
  'entry-refused',
  'no-such-cast',
  'cast-over',
  'code-taken',
])

/** After these there is neither seat nor place in line: the next join may name another room. */
export function endsStay(notice: Notice): boolean {
  switch (notice.type) {
    case 'left':
    case 'seat-lost':
    case 'dismissed':
      return true
    case 'full':
      return !notice.waiting
    case 'refused':
      return STAY_ENDING_REFUSALS.has(notice.code)
    default:
      return false
  }
}
