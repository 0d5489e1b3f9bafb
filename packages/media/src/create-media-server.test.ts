import { afterEach, describe, expect, test } from 'bun:test'
import { DuetError, FakeClock, silentLogger } from '@duet/base'
import { bindAddresses, FakeDatagrams, type BindOptions } from '@duet/datagrams'
import { formatIp, ipFromBits, portOf } from '@duet/stun'
import { createMediaServer } from './create-media-server.ts'
import type { MediaServer } from './media-server.ts'

/** A network that lacks some addresses, and remembers what was bound. */
class Network extends FakeDatagrams {
  readonly bound: string[] = []
  readonly missing = new Set<string>()

  override async bind(options: BindOptions) {
    const host = formatIp(options.ip)
    if (this.missing.has(host)) throw new DuetError('address-unavailable', host)
    const port = await super.bind(options)
    this.bound.push(`${host} ${portOf(port.local)}`)
    return port
  }
}

const servers: MediaServer[] = []

async function open(network: Network, ...listen: { host: string; port: number }[]) {
  const candidates = ['192.0.2.1']
  const clock = new FakeClock()
  const server = await createMediaServer({
    listen,
    candidates,
    clock,
    logger: silentLogger,
    network,
  })
  servers.push(server)
  return server
}

async function codeOf(opening: Promise<unknown>): Promise<string | undefined> {
  try {
    await opening
    return undefined
  } catch (error) {
    return error instanceof DuetError ? error.code : String(error)
  }
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('where it listens', () => {
  test('the addresses that are named, on one port', async () => {
    const network = new Network()
    const named = ['192.0.2.1', '2001:db8::1'].map((host) => ({ host, port: 0 }))
    const { port } = await open(network, ...named)
    expect(network.bound).toEqual([`192.0.2.1 ${port}`, `2001:db8::1 ${port}`])
  })

  test.each([
    ['0.0.0.0', 0],
    ['::', 0n],
  ])('%s: each address, for answers leave from where it was asked', async (host, bits) => {
    const network = new Network()
    await open(network, { host, port: 8000 })
    const all = bindAddresses(ipFromBits(bits)).map(formatIp)
    expect(network.bound).toEqual(all.map((each) => `${each} 8000`))
    expect(network.bound).not.toContain(`${host} 8000`)
  })

  test('of all addresses those that are not there yet are left out, unless none is', async () => {
    const network = new Network()
    network.missing.add('127.0.0.1')
    const others = bindAddresses(ipFromBits(0)).length - 1
    const opening = open(network, { host: '0.0.0.0', port: 8000 })
    if (others > 0) await opening
    else expect(await codeOf(opening)).toBe('address-unavailable')
    expect(network.bound.length).toBe(others)
  })

  test('one that is named must be there', async () => {
    const network = new Network()
    network.missing.add('192.0.2.1')
    const named = ['192.0.2.2', '192.0.2.1'].map((host) => ({ host, port: 8000 }))
    expect(await codeOf(open(network, ...named))).toBe('address-unavailable')
    expect(network.size).toBe(0)
  })
})
