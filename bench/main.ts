import { benchCast } from './cast.ts'
import { benchMedia } from './media.ts'
import { benchRing } from './ring.ts'
import { benchSetup } from './setup.ts'
import { benchSignal } from './signal.ts'
import { benchSize } from './size.ts'
import { benchSrtp } from './srtp.ts'
import { benchSrsSetup } from './srs-setup.ts'
import { benchStart } from './start.ts'
import { benchTurn } from './turn.ts'

const BENCHES = new Map<string, (args: readonly string[]) => Promise<void>>([
  ['setup', benchSetup],
  ['srs-setup', benchSrsSetup],
  ['media', benchMedia],
  ['ring', benchRing],
  ['cast', benchCast],
  ['start', benchStart],
  ['size', benchSize],
  ['signal', benchSignal],
  ['srtp', benchSrtp],
  ['turn', benchTurn],
])

const [name, ...args] = process.argv.slice(2)
const bench = BENCHES.get(name ?? '')
if (bench) await bench(args)
else {
  console.error(
    `Say what to measure, as "npm run bench -- setup": ${[...BENCHES.keys()].join(', ')}`,
  )
  process.exitCode = 1
}
