import { afterEach, describe, expect, test } from 'bun:test'
import { createInternet, internetMissing, type Internet, type PublicHost } from './internet.ts'
import { startReflector, type Reflector } from './nat-findings.ts'
import type { ServerSite, ServerSiteOptions } from './server-site.ts'
import { answersTcp, answersUdp } from './reachability.ts'

const PORTS = [443, 3478]

const missing = internetMissing()
if (missing) console.log(`Skipped: ${missing}`)

describe.skipIf(missing !== undefined)('a server in the internet', () => {
  const opened: { internet: Internet; reflectors: Reflector[] }[] = []

  afterEach(async () => {
    for (const { internet, reflectors } of opened.splice(0)) {
      for (const each of reflectors) await each.close()
      internet.close()
    }
  })

  /** A server that answers at its own address, and a caller somewhere in the internet. */
  async function serve(options: ServerSiteOptions): Promise<{
    internet: Internet
    site: ServerSite
    caller: PublicHost
  }> {
    const internet = createInternet()
    const made = { internet, reflectors: [] as Reflector[] }
    opened.push(made)
    const site = internet.addServerSite(options)
    const caller = internet.addHost('caller')
    made.reflectors.push(await startReflector({ ...site, addresses: [site.address] }, PORTS))
    return { internet, site, caller }
  }

  test('with the public address itself it answers there, and nobody elsewhere', async () => {
    const { internet, site, caller } = await serve({})
    expect(site.publicAddress).toBe(site.address)
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(true)
    expect(await answersTcp(caller, site.publicAddress, 443)).toBe(true)
    expect(await answersUdp(caller, internet.unusedAddress, 3478)).toBe(false)
  })

  test('behind a one-to-one NAT it answers at the public address, and reaches itself there', async () => {
    const { site, caller } = await serve({ nat: 'one-to-one' })
    expect(site.publicAddress).not.toBe(site.address)
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(true)
    expect(await answersTcp(caller, site.publicAddress, 443)).toBe(true)
    expect(await answersUdp(site, site.publicAddress, 3478)).toBe(true)
    expect(await answersUdp(caller, site.address, 3478)).toBe(false)
  })

  test('without hairpin it does not reach itself at the public address', async () => {
    const { site, caller } = await serve({ nat: 'one-to-one', hasHairpin: false })
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(true)
    expect(await answersUdp(site, site.publicAddress, 3478)).toBe(false)
  })

  test('behind a port map it answers where a port is mapped only', async () => {
    const { site, caller } = await serve({ nat: 'mapped', mappedPorts: ['443/tcp'] })
    expect(await answersTcp(caller, site.publicAddress, 443)).toBe(true)
    expect(await answersTcp(caller, site.publicAddress, 3478)).toBe(false)
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(false)
    site.setMappedPorts(['443/tcp', '3000-3500/udp'])
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(true)
  })

  test('filtered UDP does not arrive, what was asked for does, and TCP stays', async () => {
    const { internet, site, caller } = await serve({ nat: 'one-to-one' })
    const elsewhere = internet.addHost('elsewhere')
    const reflector = await startReflector(elsewhere, PORTS)
    opened[0]?.reflectors.push(reflector)
    site.setUdpFiltered(true)
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(false)
    expect(await answersTcp(caller, site.publicAddress, 3478)).toBe(true)
    expect(await answersUdp(site, elsewhere.address, 3478)).toBe(true)
    site.setUdpFiltered(false)
    expect(await answersUdp(caller, site.publicAddress, 3478)).toBe(true)
  })
})
