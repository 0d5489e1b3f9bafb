import { describe } from 'bun:test'
import { useTwoHomes } from './harness/two-homes.ts'

describe('a server behind a one-to-one NAT', () => {
  const testCall = useTwoHomes({ nat: 'one-to-one' })
  testCall({ pair: ['port-restricted', 'symmetric'], relays: ['udp'] })
  testCall({ pair: ['full-cone', 'udp-blocked'], relays: ['tcp'] })
})

if (process.env['DUET_LONG']) {
  describe('a server of which some ports are mapped', () => {
    const mappedPorts = ['443/tcp', '3478/tcp', '3478/udp', '49160-49259/udp']
    const testCall = useTwoHomes({ nat: 'mapped', mappedPorts })
    testCall({ pair: ['symmetric', 'symmetric'], relays: ['udp'] })
    testCall({ pair: ['udp-blocked', 'tcp-443-only'], relays: ['tcp', 'tls'] })
  })

  describe('a server whose TURN port is not mapped over UDP', () => {
    const testCall = useTwoHomes({ nat: 'mapped', mappedPorts: ['443/tcp', '3478/tcp'] })
    testCall({ pair: ['symmetric', 'symmetric'], relays: ['tcp', 'tcp'] })
  })
}
