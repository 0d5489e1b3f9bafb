import { EXPECTED_PATHS } from '../lab/expected-paths.ts'
import { useTwoHomes } from './harness/two-homes.ts'

/** Each kind once, direct and relayed, and every way to a relay. */
const QUICK_PAIRS: ReadonlySet<string> = new Set([
  'full-cone, port-restricted',
  'address-restricted, symmetric',
  'port-restricted, symmetric',
  'full-cone, udp-blocked',
  'symmetric, tcp-443-only',
])

const testCall = useTwoHomes()

for (const path of EXPECTED_PATHS) {
  if (process.env['DUET_LONG'] || QUICK_PAIRS.has(path.pair.join(', '))) testCall(path)
}
