import { takeTtl } from './ttl-flag.ts'

/** The flags of `duet turn-credentials` that the server does not have. */
export interface TurnCredentialsFlags {
  ttlSeconds: number
  /** Whether only the line for programs is printed. */
  isJson: boolean
  /** The flags of the server, as they came. */
  serverArgs: readonly string[]
}

type FlagsResult = { flags: TurnCredentialsFlags } | { problem: string }

/** Well below the 48 hours that the TURN server takes for a mistake. */
const TTL = { default: '1h', minSeconds: 60, maxSeconds: 24 * 3600, max: '24 hours' }

/** Takes `--ttl` and `--json` out of a command line. */
export function readTurnCredentialsFlags(args: readonly string[]): FlagsResult {
  const taken = takeTtl(args, TTL)
  if ('problem' in taken) return taken
  const { rest, ttlSeconds } = taken
  const serverArgs = rest.filter((arg) => arg !== '--json')
  return { flags: { ttlSeconds, isJson: serverArgs.length < rest.length, serverArgs } }
}
