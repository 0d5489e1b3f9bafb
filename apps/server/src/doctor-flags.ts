import { stunServer, type StunServer } from './config/index.ts'

/** The flags of `duet doctor` that the server does not have. */
export interface DoctorFlags {
  /** Where the server is; undefined: on this machine, as its configuration says. */
  url: string | undefined
  isJson: boolean
  /** Whether only the NAT in front of this machine is looked at. */
  isNat: boolean
  /** For `--nat`; undefined: those that are known. */
  stun: StunServer | undefined
  /** The flags of the server, as they came. */
  serverArgs: readonly string[]
}

type FlagsResult = { flags: DoctorFlags } | { problem: string }

/** Takes an address, `--json`, `--nat` and `--stun` out of a command line. */
export function readDoctorFlags(args: readonly string[]): FlagsResult {
  const rest: string[] = []
  const flags = { isJson: false, isNat: false }
  let stun: StunServer | undefined
  const [first] = args
  const url = first !== undefined && !first.startsWith('-') ? first : undefined
  for (let index = url === undefined ? 0 : 1; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    const [name, joined] = arg.split(/=(.*)/s, 2)
    if (arg === '--json') flags.isJson = true
    else if (arg === '--nat') flags.isNat = true
    else if (name === '--stun') {
      if (joined === undefined) index += 1
      const text = joined ?? args[index] ?? ''
      const parsed = stunServer.parse(text)
      if (!('value' in parsed)) return { problem: `--stun ${text} ${parsed.problem}` }
      stun = parsed.value ?? undefined
    } else rest.push(arg)
  }
  if (url !== undefined && rest.length > 0) {
    return { problem: `${rest[0]} is for a server of this machine, and not for ${url}` }
  }
  if (stun && !flags.isNat) return { problem: '--stun goes with --nat' }
  return { flags: { url, ...flags, stun, serverArgs: rest } }
}
