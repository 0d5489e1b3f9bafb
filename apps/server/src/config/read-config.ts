import { readFlags } from './flags.ts'
import { isShared } from './shared-ports.ts'
import { isLoopbackAddress } from './address.ts'
import { isBelow } from './proxy-rule.ts'
import { flagOf, SCHEMA, variableOf, type Config, type Option, type OptionKey } from './schema.ts'
import type { PortRange } from './value-types.ts'

/** What the command line and the environment come to. */
export type ConfigResult =
  | { kind: 'config'; config: Config }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'errors'; errors: string[] }

export interface ConfigSources {
  /** What follows the command. */
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** Whether the process has a network of its own, apart from the machine's. */
  isInNamespace: boolean
}

/** Reads flags, then `DUET_*` variables, then defaults, and collects everything that is wrong. */
export function readConfig({ args, env, isInNamespace }: ConfigSources): ConfigResult {
  const flags = readFlags(args)
  if (flags.wants) return { kind: flags.wants }
  const errors = [...flags.errors]
  const values: Record<string, unknown> = {}
  for (const [key, option] of Object.entries<Option>(SCHEMA)) {
    values[key] = readOption(option, given(key, flags.values, env), errors)
  }
  for (const [key, port] of Object.entries(DOMAIN_PORTS)) {
    const isGiven = given(key, flags.values, env).texts !== undefined
    if (!isGiven && (values['domain'] as string[]).length > 0) values[key] = Object.freeze([port])
  }
  const config = Object.freeze(values) as Config
  if (errors.length === 0 && config.http.length + config.https.length === 0) {
    errors.push('--http off and --https off leave no port to serve on')
  }
  errors.push(...contradictions(config, isInNamespace))
  return errors.length > 0 ? { kind: 'errors', errors } : { kind: 'config', config }
}

/** The ports that authorities ask at, and where browsers look for a name. */
const DOMAIN_PORTS = { http: 80, https: 443 }

/** How one text becomes the values of a list. */
const SPLIT = {
  comma: (text: string) => text.split(',').map((part) => part.trim()),
  'line break': (text: string) => text.replaceAll(/^[\r\n]+|[\r\n]+$/g, '').split(/[\r\n]+/),
}

interface Given {
  texts: readonly string[] | undefined
  /** How the person wrote it: the flag or the variable. */
  name: string
}

function given(
  key: string,
  flags: ReadonlyMap<string, string[]>,
  env: ConfigSources['env'],
): Given {
  const fromFlags = flags.get(key)
  if (fromFlags) return { texts: fromFlags, name: flagOf(key) }
  const name = variableOf(key)
  const text = env[name]
  return { texts: text === undefined || text === '' ? undefined : [text], name }
}

function readOption(option: Option, { texts, name }: Given, errors: string[]): unknown {
  const read = (text: string): unknown => {
    const parsed = option.type.parse(text)
    if ('value' in parsed) return parsed.value
    const shown = option.type.shown?.(text) ?? text
    errors.push(`${name} ${text === '' ? '""' : shown} ${parsed.problem}`)
    return undefined
  }
  if (option.arity === 'list') {
    const parts = texts?.flatMap(SPLIT[option.separator])
    return Object.freeze((parts ?? option.default).map(read).filter((value) => value != null))
  }
  if (texts && texts.length > 1) errors.push(`${name} is given more than once`)
  const text = texts?.[0] ?? (option.arity === 'single' ? option.default : undefined)
  return text === undefined ? undefined : read(text)
}

/** Values that are fine alone and wrong together; one that was unreadable is missing here. */
function contradictions(config: Config, isInNamespace: boolean): string[] {
  const problems: string[] = []
  if (config.tlsCert.length !== config.tlsKey.length) {
    problems.push('--tls-cert and --tls-key belong together: give as many of one as of the other')
  }
  if (config.limits === 'off' && !isInNamespace && !isOnLoopbackOnly(config.host)) {
    problems.push('--limits off is only for loopback: add --host 127.0.0.1')
  }
  if (config.publicIp.includes('off') && config.publicIp.length > 1) {
    problems.push('--public-ip off leaves nothing for another --public-ip')
  }
  if (config.turnUser.length > 0 && config.turnPort === null && config.turnsPort === null) {
    problems.push('--turn-port off and --turns-port off leave no TURN for --turn-user')
  }
  if (isInRange(config.mediaPort, config.relayPorts)) {
    problems.push(`--media-port ${config.mediaPort} lies within --relay-ports`)
  }
  return [
    ...problems,
    ...wrongWithDomain(config),
    ...ambiguousUsers(config),
    ...rulesInVain(config),
    ...repeatedPorts(config),
  ]
}

function wrongWithDomain({ domain, tlsCert, acmeChallenge, http, https }: Config): string[] {
  if (domain.length === 0) return []
  const problems: string[] = []
  if (tlsCert.length > 0)
    problems.push('--domain and --tls-cert both give a certificate: choose one')
  if (acmeChallenge === 'http-01' && http.length === 0) {
    problems.push('--acme-challenge http-01 needs a port for HTTP: add --http 80')
  }
  if (acmeChallenge === 'tls-alpn-01' && https.length === 0) {
    problems.push('--acme-challenge tls-alpn-01 needs a port for HTTPS: add --https 443')
  }
  return problems
}

function isInRange(port: number | null, range: PortRange | undefined): boolean {
  return !!port && range !== undefined && range.first <= port && port <= range.last
}

function ambiguousUsers({ turnUser }: Config): string[] {
  const passwords = new Map(turnUser.map(({ name, password }) => [name, password]))
  const ambiguous = turnUser.filter(({ name, password }) => passwords.get(name) !== password)
  return [...new Set(ambiguous.map(({ name }) => name))].map(
    (name) => `${flagOf('turnUser')} ${name} is given with two passwords`,
  )
}

/** The first rule that fits counts: one behind it that wants no more gets nothing. */
function rulesInVain({ proxy }: Config): string[] {
  return proxy.flatMap(({ prefix }, index) => {
    const first = proxy.slice(0, index).find((earlier) => isBelow(prefix, earlier.prefix))
    if (!first) return []
    const flag = flagOf('proxy')
    return [`${flag} ${prefix} gets nothing behind ${flag} ${first.prefix}: give it first`]
  })
}

function isOnLoopbackOnly(hosts: readonly string[]): boolean {
  return hosts.length > 0 && hosts.every((host) => host === 'localhost' || isLoopbackAddress(host))
}

/**
 * --srs-api-port and --srs-port may be others' as well: they are done without. TURN may share a port
 * with HTTPS, and --media-port may be that of TURN.
 */
function repeatedPorts(config: Config): string[] {
  const unshared = (port: number | null): number | null => (isShared(port, config) ? null : port)
  const tcp: [OptionKey, readonly (number | null | undefined)[]][] = [
    ['http', config.http],
    ['https', config.https],
    ['turnPort', [unshared(config.turnPort)]],
    ['turnsPort', [unshared(config.turnsPort)]],
  ]
  return repeatedIn(tcp)
}

function repeatedIn(
  claims: readonly [key: OptionKey, ports: readonly (number | null | undefined)[]][],
): string[] {
  const problems: string[] = []
  const owners = new Map<number, string>()
  for (const [key, ports] of claims) {
    for (const port of ports) {
      if (!port) continue
      const owner = owners.get(port)
      if (owner) problems.push(`port ${port} is asked for twice, by ${owner} and ${flagOf(key)}`)
      owners.set(port, flagOf(key))
    }
  }
  return problems
}
