import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createInternet, internetMissing, type Internet, type NatHome } from './internet.ts'
import { findNat, startReflector, type NatFindings, type Reflector } from './nat-findings.ts'
import { NAT_KINDS, type NatKind } from './nat-kinds.ts'

const PORTS = [3478, 443]

const EXPECTED: Record<NatKind, NatFindings> = {
  'full-cone': {
    mapping: 'endpoint-independent',
    filtering: 'endpoint-independent',
    tcpPorts: PORTS,
  },
  'address-restricted': {
    mapping: 'endpoint-independent',
    filtering: 'address-dependent',
    tcpPorts: PORTS,
  },
  'port-restricted': {
    mapping: 'endpoint-independent',
    filtering: 'address-and-port-dependent',
    tcpPorts: PORTS,
  },
  symmetric: {
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    tcpPorts: PORTS,
  },
  'udp-blocked': { mapping: 'blocked', filtering: 'blocked', tcpPorts: PORTS },
  'tcp-443-only': { mapping: 'blocked', filtering: 'blocked', tcpPorts: [443] },
}

const missing = internetMissing()
if (missing) console.log(`Skipped: ${missing}`)

describe.skipIf(missing !== undefined)('homes behind each kind of NAT', () => {
  let internet: Internet | undefined
  let reflector: Reflector | undefined
  const homes = new Map<NatKind, NatHome>()

  beforeAll(async () => {
    internet = createInternet()
    for (const kind of NAT_KINDS) homes.set(kind, internet.addHome(kind, kind))
    reflector = await startReflector(internet.addHost('reflector', 2), PORTS)
  }, 30_000)

  afterAll(async () => {
    await reflector?.close()
    internet?.close()
  })

  test.each([...NAT_KINDS])(
    '%s maps and filters as its name says',
    async (kind) => {
      const home = homes.get(kind)
      if (!home || !reflector) throw new Error('there is no home')
      expect(await findNat(home, reflector)).toEqual(EXPECTED[kind])
    },
    30_000,
  )

  test('a router that becomes another kind is that kind at once', async () => {
    const home = homes.get('full-cone')
    if (!home || !reflector) throw new Error('there is no home')
    for (const kind of ['symmetric', 'address-restricted', 'tcp-443-only', 'full-cone'] as const) {
      home.setKind(kind)
      expect(await findNat(home, reflector)).toEqual(EXPECTED[kind])
    }
  }, 60_000)
})
