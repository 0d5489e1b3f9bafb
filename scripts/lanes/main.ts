import { browserSteps } from './browser-steps.ts'
import { checkSteps } from './check.ts'
import { ensureDebianPackages } from './debian-packages.ts'
import { integrationSteps } from './integration-steps.ts'
import { longestFirst } from './longest-first.ts'
import { runSteps, runStepsTwice, type StepGroup } from './run-steps.ts'
import { runCommand, installed } from './step.ts'
import { closingLine, exitCode, total, type Tally } from './tally.ts'

/** Type checker and tests keep one core busy each. */
const CHECKS_AT_ONCE = 2

/** A call of two browsers keeps most of a core busy. */
const BROWSER_FILES_AT_ONCE = 2

/** Beside those: these mostly wait. */
const INTEGRATION_FILES_AT_ONCE = 1

const INTEGRATION_TEST_TIMEOUT_MS = 30_000
const BROWSER_TEST_TIMEOUT_MS = 60_000
const LONG_TEST_TIMEOUT_MS = 30 * 60_000

process.exitCode = await runLane(process.argv[2])

async function runLane(name: string | undefined): Promise<number> {
  switch (name) {
    case 'check':
      return finish(await runSteps(checkSteps(), CHECKS_AT_ONCE))
    case 'test':
      return finish(await runAll({ isLong: false }))
    case 'test:long':
      return finish(await runAll({ isLong: true }))
    case 'format':
      return (await runCommand([installed('oxfmt'), '.'], { isStreamed: true })).exitCode
    default:
      console.error(`There is no lane "${name}": check, test, test:long, bench, format.`)
      return 1
  }
}

/** Everything: the checks, then what starts servers, then real browsers. */
async function runAll({ isLong }: { isLong: boolean }): Promise<Tally> {
  await ensureDebianPackages()
  const tallies = [await runSteps(checkSteps({ isLong }), CHECKS_AT_ONCE)]
  const env: Record<string, string> = isLong ? { DUET_LONG: '1' } : {}
  const timeoutMs = (ms: number) => (isLong ? LONG_TEST_TIMEOUT_MS : ms)
  const integration = integrationSteps({ timeoutMs: timeoutMs(INTEGRATION_TEST_TIMEOUT_MS), env })
  const browsers = browserSteps({ timeoutMs: timeoutMs(BROWSER_TEST_TIMEOUT_MS), env })
  const groups: StepGroup[] = [
    { steps: longestFirst(integration), atOnce: INTEGRATION_FILES_AT_ONCE },
    { steps: longestFirst(browsers.sideBySide), atOnce: BROWSER_FILES_AT_ONCE },
  ]
  // The long versions measure as well, and run one by one.
  const oneByOne = { steps: groups.flatMap(({ steps }) => steps), atOnce: 1 }
  tallies.push(await runStepsTwice(...(isLong ? [oneByOne] : groups)))
  tallies.push(await runStepsTwice({ steps: browsers.alone, atOnce: 1 }))
  return total(tallies)
}

function finish(tally: Tally): number {
  console.log(closingLine(tally))
  return exitCode(tally, process.env['CI'] === 'true')
}
