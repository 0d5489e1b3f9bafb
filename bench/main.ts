import { benchSetup } from './setup.ts'
import { benchSize } from './size.ts'
import { benchStart } from './start.ts'

const BENCHES = new Map<string, () => Promise<void>>([
  ['setup', benchSetup],
  ['start', benchStart],
  ['size', benchSize],
])

const name = process.argv[2]
const bench = BENCHES.get(name ?? '')
if (bench) await bench()
else {
  console.error(
    `Say what to measure, as "npm run bench -- setup": ${[...BENCHES.keys()].join(', ')}`,
  )
  process.exitCode = 1
}
