import { isIPv4 } from 'node:net'
import type { Certificate } from '../front/certificate.ts'
import { isLocalName, originOf } from '../front/host.ts'
import type { Listener } from '../front/listen.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'

/** The origins under which people open Duet. */
export interface Addresses {
  /** For the machine itself; undefined when it listens elsewhere only. */
  local: string | undefined
  /** For devices in its network, best first. */
  lan: readonly string[]
  /** For everybody. */
  public: string | undefined
  /** The one to give to others; undefined when only this machine can open any. */
  best: string | undefined
  /** Over plain HTTP, for devices that don't trust the certificate yet. */
  plain: string | undefined
}

export interface AddressFacts {
  listeners: readonly Listener[]
  certificate: Certificate | undefined
  /** From --domain. */
  domains?: readonly string[]
  localAddresses: LocalAddresses
  /** From --public-ip. */
  publicIps: readonly string[]
}

/** Works out the addresses from what listens, what the machine has and what the person said. */
export function readAddresses(facts: AddressFacts): Addresses {
  const { listeners, localAddresses, publicIps } = facts
  const secure = listeners.filter(({ scheme }) => scheme === 'https')
  const outward = secure.length > 0 ? secure : listeners
  const originsAt = (names: readonly string[], among = outward): string[] =>
    names.flatMap((name) => {
      const listener = among.find(({ host }) => serves(host, name))
      return listener ? [originOf(listener.scheme, name, listener.port)] : []
    })

  const lan = originsAt(usualOnes(localAddresses.lan))
  const certified = facts.domains?.[0] ?? certifiedName(facts.certificate)
  const named = certified ?? publicIps[0]
  // A public name or address may be another machine's, which passes connections on to this one.
  const listener = outward.find(({ host }) => !isLocalName(host ?? ''))
  const isGiven = named !== undefined && listener !== undefined
  const publicOrigin = isGiven
    ? originOf(listener.scheme, named, listener.port)
    : originsAt(usualOnes(localAddresses.global))[0]

  const local = listeners.find(({ host }) => serves(host, '127.0.0.1') || serves(host, '::1'))
  return {
    local: local && originOf(local.scheme, 'localhost', local.port),
    lan,
    public: publicOrigin,
    best: publicOrigin ?? lan[0],
    plain: originsAt(
      usualOnes([...localAddresses.lan, ...localAddresses.global]),
      listeners.filter(({ scheme, name }) => scheme === 'http' && name === undefined),
    )[0],
  }
}

/** Whether a socket that listens on `host` takes connections to this name or address. */
function serves(host: string | undefined, name: string): boolean {
  if (host === undefined || host === '::') return true
  if (host === '0.0.0.0') return isIPv4(name)
  return host === name || (host === 'localhost' && isLocalName(name))
}

/** IPv4 addresses where there are any: people read them out to each other. */
function usualOnes(addresses: readonly string[]): readonly string[] {
  const readable = addresses.filter((address) => isIPv4(address))
  return readable.length > 0 ? readable : addresses
}

/** The first real name that a given certificate is for. */
export function certifiedName(
  certificate: Pick<Certificate, 'names' | 'isSelfSigned'> | undefined,
): string | undefined {
  if (!certificate || certificate.isSelfSigned) return undefined
  return certificate.names.find(
    (name) => /^[a-z\d][a-z\d-]*(\.[a-z\d-]+)+$/i.test(name) && !/^[\d.]+$/.test(name),
  )
}
