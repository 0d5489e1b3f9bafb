/** The flags of `duet turn-credentials` that the server does not have. */
export interface TurnCredentialsFlags {
  ttlSeconds: number
  /** Whether only the line for programs is printed. */
  isJson: boolean
  /** The flags of the server, as they came. */
  serverArgs: readonly string[]
}

type FlagsResult = { flags: TurnCredentialsFlags } | { problem: string }

const DEFAULT_TTL = '1h'
const MIN_TTL_SECONDS = 60
/** Well below the 48 hours that the TURN server takes for a mistake. */
const MAX_TTL_SECONDS = 24 * 3600

const SECONDS_IN: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 }

/** Takes `--ttl` and `--json` out of a command line. */
export function readTurnCredentialsFlags(args: readonly string[]): FlagsResult {
  const serverArgs: string[] = []
  const ttls: (string | undefined)[] = []
  let isJson = false
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--json') isJson = true
    else if (arg.startsWith('--ttl=')) ttls.push(arg.slice('--ttl='.length))
    else if (arg !== '--ttl') serverArgs.push(arg)
    else ttls.push(rest[0]?.startsWith('--') ? undefined : rest.shift())
  }
  if (ttls.length > 1) return { problem: '--ttl is given more than once' }
  const [ttl] = ttls.length > 0 ? ttls : [DEFAULT_TTL]
  if (ttl === undefined) return { problem: '--ttl needs a value' }
  const ttlSeconds = parseTtl(ttl)
  if (typeof ttlSeconds !== 'number') return ttlSeconds
  return { flags: { ttlSeconds, isJson, serverArgs } }
}

function parseTtl(text: string): number | { problem: string } {
  const [, amount, unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text) ?? []
  const seconds = Number(amount) * (SECONDS_IN[unit] ?? Number.NaN)
  const name = `--ttl ${text === '' ? '""' : text}`
  if (Number.isNaN(seconds)) return { problem: `${name} is not a time like 90s, 30m or 1h` }
  if (seconds < MIN_TTL_SECONDS) return { problem: `${name} is shorter than a minute` }
  if (seconds > MAX_TTL_SECONDS) return { problem: `${name} is longer than 24 hours` }
  return seconds
}
