import { systemClock } from '@duet/base'
import { publicIpsOf, readConfig, tlsPairs, type Config } from './config/index.ts'
import { readGivenCertificate } from './front/certificate.ts'
import { originOf } from './front/host.ts'
import type { Listener } from './front/listen.ts'
import { readLocalAddresses, type LocalAddresses } from './front/local-addresses.ts'
import { knownSecrets } from './known-secrets.ts'
import { SRS_API_PREFIX } from './media/srs-api.ts'
import { SRS_PREFIX } from './media/srs-routes.ts'
import { streamTarget, type StreamTarget } from './media/stream-target.ts'
import { MediaTokens, type MediaClaim } from './media/tokens.ts'
import { certifiedName, readAddresses } from './ops/addresses.ts'
import type { MappedIp } from './reach/mapped-now.ts'
import { StartError } from './start-error.ts'
import { takeTtl } from './ttl-flag.ts'
import { turnHosts } from './turn-hosts.ts'
import { knownTurnSecrets } from './turn-secrets.ts'
import type { CommandResult } from './user-command.ts'

/** An encoder on a shelf keeps its token for long. */
const TTL = { default: '1h', minSeconds: 60, maxSeconds: 3660 * 86_400, max: '3660 days' }

const USAGE =
  'say what for: duet media-token publish ROOM/NAME, play ROOM/NAME, or admin; [--ttl 1h]'

const LABEL_WIDTH = 10

/** What a token is wanted for. */
type Wanted = { kind: 'publish' | 'play'; target: StreamTarget } | { kind: 'admin' }

export interface MediaTokenOptions {
  env: NodeJS.ProcessEnv
  localAddresses?: LocalAddresses
  /** Finds public addresses that nobody said; none are looked for unless said. */
  findMapped?: (config: Config, secret: string) => Promise<readonly MappedIp[]>
}

/**
 * Makes a token of the media server, and says where it is of use; whether the server runs or not.
 * `args`: what it allows, `--ttl`, and the flags of the server.
 */
export async function mediaToken(
  args: readonly string[],
  { env, localAddresses = readLocalAddresses(), findMapped }: MediaTokenOptions,
): Promise<CommandResult> {
  const read = wantedIn(args)
  if (!read) return { problem: USAGE }
  const { wanted, rest } = read
  const taken = takeTtl(rest, TTL)
  if ('problem' in taken) return taken
  const result = readConfig({ args: taken.rest, env, isInNamespace: true })
  if (result.kind === 'errors') return { problem: result.errors.join('\n') }
  if (result.kind !== 'config') return { problem: USAGE }
  const secrets = knownSecrets(result.config.data)
  if ('problem' in secrets) return secrets
  const ttlMs = taken.ttlSeconds * 1000
  const tokens = new MediaTokens(secrets.keyFor('media tokens'), systemClock)
  const token = tokens.issue({ ...claimOf(wanted), ttlMs })
  try {
    const turnSecrets = knownTurnSecrets(result.config)
    if ('problem' in turnSecrets) return turnSecrets
    const mapped = (await findMapped?.(result.config, turnSecrets[0])) ?? []
    const places = placesOf(wanted, result.config, { token, localAddresses, mapped })
    const until = new Date(systemClock.now() + ttlMs).toISOString().slice(0, 19).replace('T', ' ')
    const lines = [...places, ['Token', token] as const, ['Until', `${until} UTC`] as const]
    return { text: lines.map(([label, text]) => label.padEnd(LABEL_WIDTH) + text).join('\n') }
  } catch (error) {
    if (error instanceof StartError) return { problem: error.message }
    throw error
  }
}

function wantedIn(args: readonly string[]): { wanted: Wanted; rest: string[] } | undefined {
  const [kind, ...rest] = args
  if (kind === 'admin') return { wanted: { kind }, rest }
  if (kind !== 'publish' && kind !== 'play') return undefined
  const [stream = '', ...flags] = rest
  const slash = stream.lastIndexOf('/')
  const target = streamTarget(stream.slice(0, Math.max(0, slash)), stream.slice(slash + 1))
  return target && { wanted: { kind, target }, rest: flags }
}

function claimOf(wanted: Wanted): MediaClaim {
  return wanted.kind === 'admin' ? wanted : { kind: wanted.kind, stream: wanted.target.stream }
}

interface PlaceFacts {
  localAddresses: LocalAddresses
  mapped: readonly MappedIp[]
}

/** Where the token is of use, best first, as far as the ports are known. */
function placesOf(
  wanted: Wanted,
  config: Config,
  { token, ...facts }: PlaceFacts & { token: string },
): (readonly [label: string, text: string])[] {
  const { srsApiPort } = config
  const hasSrs = config.dialects.includes('srs') && srsApiPort !== null && srsApiPort !== 0
  const apis = hasSrs
    ? srsHosts(config, facts).map((host) => originOf('http', host, srsApiPort))
    : []
  if (wanted.kind === 'admin') {
    return labelled(
      'API',
      apis.map((api) => `${api}${SRS_API_PREFIX}/streams/`),
    )
  }
  const { kind, target } = wanted
  const protocol = kind === 'publish' ? 'whip' : 'whep'
  const [app, name] = [target.app, target.name].map((text) => encodeURIComponent(text))
  const path = `/${protocol}/${app}/${name}`
  const query = `app=${app}&stream=${name}&token=${token}`
  return [
    ...labelled(
      'URL',
      webOrigins(config, facts).map((origin) => `${origin}${path}`),
    ),
    ...labelled(
      'SRS',
      apis.map((api) => `${api}${SRS_PREFIX}/${protocol}/?${query}`),
    ),
  ]
}

/** The label stands before the first one only. */
function labelled(
  label: string,
  texts: readonly string[],
): (readonly [label: string, text: string])[] {
  return texts.map((text, index) => [index === 0 ? label : '', text] as const)
}

/** Its usual address; what was found stands before it where it was reached, and else behind it. */
function srsHosts(config: Config, { localAddresses, mapped }: PlaceFacts): string[] {
  const [domain] = config.domain
  if (domain !== undefined) return [domain]
  const [usual] = turnHosts(config, localAddresses)
  const hostsThat = (isSure: boolean): string[] =>
    mapped.filter(({ isReached }) => isReached === isSure).map(({ address }) => address)
  return [...hostsThat(true), usual, ...hostsThat(false)]
}

/** The origin that the start of such a server prints first, and the same at addresses that were found. */
function webOrigins(config: Config, { localAddresses, mapped }: PlaceFacts): string[] {
  const { http, https } = config
  const publicIps = publicIpsOf(config)
  const hosts = config.host.length > 0 ? config.host : [undefined]
  const listeners: Listener[] = [
    ...http.map((port) => ({ scheme: 'http' as const, port })),
    ...https.map((port) => ({ scheme: 'https' as const, port })),
  ]
    // Any free port: nobody knows which.
    .filter(({ port }) => port !== 0)
    .flatMap((port) => hosts.map((host) => ({ ...port, host })))
  const [pair] = tlsPairs(config)
  const certificate = pair && readGivenCertificate(pair.cert, pair.key)
  const facts = { listeners, certificate, domains: config.domain, localAddresses }
  const addresses = readAddresses({ ...facts, publicIps })
  const usual = addresses.best ?? addresses.local ?? ''
  const isNamed = config.domain.length > 0 || certifiedName(certificate) !== undefined
  // A certificate is for its name, which leads to whatever address is right.
  if (isNamed) return [usual]
  const originsAt = (isSure: boolean): string[] =>
    mapped.flatMap(({ address, isReached }) => {
      const origin = readAddresses({ ...facts, publicIps: [address] }).public
      return isReached === isSure && origin !== undefined ? [origin] : []
    })
  return [...originsAt(true), usual, ...originsAt(false)]
}
