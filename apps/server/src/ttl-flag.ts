/** How long something may be valid, in seconds, and how that is said. */
export interface TtlBounds {
  /** As it would be given. */
  default: string
  minSeconds: number
  maxSeconds: number
  /** The bound in words: `24 hours`. */
  max: string
}

/** What a command line holds apart from `--ttl`, or what is wrong with that. */
export type TtlResult = { ttlSeconds: number; rest: string[] } | { problem: string }

const SECONDS_IN: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** Takes `--ttl` out of a command line. */
export function takeTtl(args: readonly string[], bounds: TtlBounds): TtlResult {
  const rest: string[] = []
  const ttls: (string | undefined)[] = []
  const waiting = [...args]
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    if (arg.startsWith('--ttl=')) ttls.push(arg.slice('--ttl='.length))
    else if (arg !== '--ttl') rest.push(arg)
    else ttls.push(waiting[0]?.startsWith('--') ? undefined : waiting.shift())
  }
  if (ttls.length > 1) return { problem: '--ttl is given more than once' }
  const [ttl] = ttls.length > 0 ? ttls : [bounds.default]
  if (ttl === undefined) return { problem: '--ttl needs a value' }
  const ttlSeconds = parseTtl(ttl, bounds)
  return typeof ttlSeconds === 'number' ? { ttlSeconds, rest } : ttlSeconds
}

function parseTtl(text: string, bounds: TtlBounds): number | { problem: string } {
  const [, amount, unit = ''] = /^(\d{1,8})([smhd]?)$/.exec(text) ?? []
  const seconds = Number(amount) * (SECONDS_IN[unit] ?? Number.NaN)
  const name = `--ttl ${text === '' ? '""' : text}`
  if (Number.isNaN(seconds)) return { problem: `${name} is not a time like 90s, 30m or 1h` }
  if (seconds < bounds.minSeconds) return { problem: `${name} is shorter than a minute` }
  if (seconds > bounds.maxSeconds) return { problem: `${name} is longer than ${bounds.max}` }
  return seconds
}
