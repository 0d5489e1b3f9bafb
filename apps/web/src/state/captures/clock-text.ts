const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** A length of time as a clock shows it: `0:07`, `1:02:03`. */
export function clockText(milliseconds: number): string {
  const length = Math.max(0, milliseconds)
  const hours = Math.floor(length / HOUR_MS)
  const minutes = Math.floor(length / MINUTE_MS) % 60
  const seconds = String(Math.floor(length / SECOND_MS) % 60).padStart(2, '0')
  if (hours === 0) return `${minutes}:${seconds}`
  return `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
}
