import { randomBytes } from 'node:crypto'
import { createRestCredentials, type TurnCredentials } from '@duet/turn'
import { flagOf, tlsPairs, type Config } from './config/index.ts'
import { readGivenCertificate } from './front/certificate.ts'
import { readLocalAddresses, type LocalAddresses } from './front/local-addresses.ts'
import { iceUrlsAt } from './ice-servers.ts'
import { certifiedName } from './ops/addresses.ts'
import type { MappedIp } from './reach/mapped-now.ts'
import { StartError } from './start-error.ts'
import type { TurnCredentialsFlags } from './turn-credentials-flags.ts'
import { turnHosts } from './turn-hosts.ts'
import { knownTurnSecrets } from './turn-secrets.ts'
import { isTurnsOffered } from './turn.ts'
import type { CommandResult } from './user-command.ts'

export interface TurnCredentialsOptions extends Pick<
  TurnCredentialsFlags,
  'ttlSeconds' | 'isJson'
> {
  config: Config
  localAddresses?: LocalAddresses
  /** Finds public addresses that nobody said; none are looked for unless said. */
  findMapped?: (config: Config, secret: string) => Promise<readonly MappedIp[]>
  /** Milliseconds since the epoch. */
  now: number
}

/** What stands in a username made here, before digits that keep its quota apart. */
const ID_PREFIX = 'test-'

const LABEL_WIDTH = 12

/** Addresses and a login for a test of TURN, whether the server runs or not. */
export async function turnCredentials(options: TurnCredentialsOptions): Promise<CommandResult> {
  const { config, ttlSeconds, isJson, now } = options
  const problem = unknownPort(config)
  if (problem !== undefined) return { problem }
  const secrets = knownTurnSecrets(config)
  if ('problem' in secrets) return secrets
  try {
    const [secret] = secrets
    const id = `${ID_PREFIX}${randomBytes(4).toString('hex')}`
    const login = createRestCredentials({ secret, id, ttlSeconds, now })
    const mapped = await options.findMapped?.(config, secret)
    const urls = urlsOf(config, options.localAddresses ?? readLocalAddresses(), mapped)
    const json = jsonOf(urls[0], login)
    return { text: isJson ? json : textOf(urls, login, json) }
  } catch (error) {
    if (error instanceof StartError) return { problem: error.message }
    throw error
  }
}

/** Which flag is missing; undefined when all ports are known, and one is open. */
function unknownPort(config: Config): string | undefined {
  const isOffered = isTurnsOffered(config)
  if (config.turnPort === null && !isOffered) return '--turn-port off leaves no TURN to test'
  const key = (['turnPort', ...(isOffered ? (['turnsPort'] as const) : [])] as const).find(
    (each) => config[each] === 0,
  )
  return key && `${flagOf(key)} 0 takes any free port: give the one that the start printed`
}

/** What a browser is told to ask, at one host. */
type HostUrls = ReturnType<typeof iceUrlsAt>

function urlsOf(
  config: Config,
  localAddresses: LocalAddresses,
  mapped: readonly MappedIp[] | undefined,
): [HostUrls, ...HostUrls[]] {
  const turnPort = config.turnPort ?? undefined
  const turnsPort = isTurnsOffered(config) ? (config.turnsPort ?? undefined) : undefined
  const [first, ...others] = turnHosts(config, localAddresses, mapped)
  // A browser compares the host with the certificate.
  const [pair] = turnsPort === undefined ? [] : tlsPairs(config)
  const [domain] = turnsPort === undefined ? [] : config.domain
  const name = pair ? certifiedName(readGivenCertificate(pair.cert, pair.key)) : domain
  const ports = { turnPort, turnsPort }
  return [
    iceUrlsAt(first, ports, name),
    ...others.map((host) =>
      iceUrlsAt(host, name === undefined ? ports : { turnPort, turnsPort: undefined }),
    ),
  ]
}

function jsonOf({ stun, turn }: HostUrls, { username, password }: TurnCredentials): string {
  return JSON.stringify([
    ...(stun.length > 0 ? [{ urls: stun }] : []),
    { urls: turn, username, credential: password },
  ])
}

function textOf(urls: HostUrls[], { username, password }: TurnCredentials, json: string): string {
  const expiry = new Date(Number.parseInt(username, 10) * 1000)
  return [
    ...lines(
      'STUN',
      urls.flatMap(({ stun }) => stun),
    ),
    ...lines(
      'TURN',
      urls.flatMap(({ turn }) => turn),
    ),
    ...lines('User name', [username]),
    ...lines('Password', [password]),
    ...lines('Until', [`${expiry.toISOString().slice(0, 19).replace('T', ' ')} UTC`]),
    '',
    'As iceServers:',
    json,
  ].join('\n')
}

function lines(label: string, values: readonly string[]): string[] {
  return values.map((value, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${value}`)
}
