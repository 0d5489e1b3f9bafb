import { addressOf } from '@duet/datagrams'
import { formatAddress, ipOf, joinAddress, portOf, type TransportAddress } from '@duet/stun'
import { expect, test } from 'bun:test'
import { discoverNat, type NatBehaviour } from './discover.ts'
import { CHANGE, type NatSocket } from './stun-socket.ts'

const SERVER = addressOf('203.0.113.1:3478')
const OTHER = addressOf('203.0.113.2:3479')
const CLIENT = '198.51.100.7'

type Kind = { mapping: NatBehaviour; filtering: NatBehaviour }

/** A server with RFC 5780, behind a NAT of one's own. */
function network({ mapping, filtering }: Kind) {
  let sockets = 0
  const open = (): Promise<NatSocket> => {
    const socket = (sockets += 1)
    const sent: TransportAddress[] = []
    const portFor = (to: TransportAddress): number => {
      if (mapping === 'endpoint-independent') return 5000 + 100 * socket
      const ips = [ipOf(SERVER), ipOf(OTHER)]
      const byIp = 5000 + 100 * socket + 10 * ips.indexOf(ipOf(to))
      return mapping === 'address-dependent' ? byIp : byIp + (portOf(to) % 10)
    }
    const letsIn = (from: TransportAddress): boolean => {
      if (filtering === 'endpoint-independent') return true
      if (filtering === 'address-dependent') return sent.some((to) => ipOf(to) === ipOf(from))
      return sent.includes(from)
    }
    return Promise.resolve({
      ask(to, change = 0) {
        sent.push(to)
        const isOther = ipOf(to) === ipOf(OTHER)
        const ip = ipOf(isOther !== Boolean(change & CHANGE.ip) ? OTHER : SERVER)
        const isOtherPort = portOf(to) === portOf(OTHER)
        const port = portOf(isOtherPort !== Boolean(change & CHANGE.port) ? OTHER : SERVER)
        const mapped = addressOf(`${CLIENT}:${portFor(to)}`)
        const answer = { mapped, other: OTHER, isError: false }
        return Promise.resolve(letsIn(joinAddress(ip, port)) ? answer : undefined)
      },
      close: () => undefined,
    })
  }
  return open
}

const BEHAVIOURS = [
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
] as const

for (const mapping of BEHAVIOURS) {
  for (const filtering of BEHAVIOURS) {
    test(`mapping ${mapping}, filtering ${filtering}`, async () => {
      const found = await discoverNat(SERVER, network({ mapping, filtering }))
      expect(found).toMatchObject({ kind: 'found', mapping, filtering })
      if (found.kind === 'found') expect(formatAddress(found.mapped)).toStartWith(CLIENT)
    })
  }
}

test('a server that is silent, or has no other address, is told as such', async () => {
  const silent = { ask: () => Promise.resolve(undefined), close: () => undefined }
  expect(await discoverNat(SERVER, () => Promise.resolve(silent))).toEqual({ kind: 'silent' })
  const plain = {
    ask: () => Promise.resolve({ mapped: SERVER, other: undefined, isError: false }),
    close: () => undefined,
  }
  expect(await discoverNat(SERVER, () => Promise.resolve(plain))).toEqual({ kind: 'unsupported' })
})

test('a server that does not change its address is no help with filtering', async () => {
  const open = network({ mapping: 'endpoint-independent', filtering: 'endpoint-independent' })
  const refusing = async (): Promise<NatSocket> => {
    const socket = await open()
    return {
      ...socket,
      ask: async (to, change) =>
        change ? { mapped: undefined, other: undefined, isError: true } : socket.ask(to, change),
    }
  }
  expect(await discoverNat(SERVER, refusing)).toEqual({ kind: 'unsupported' })
})
