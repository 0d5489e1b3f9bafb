import type { Step, StepResult } from './step.ts'
import { closingLine, total, type Tally } from './tally.ts'

/**
 * Runs `steps`, `atOnce` at a time, each with a line when it is done and with
 * its whole output when it failed. Resolves with the sum.
 */
export async function runSteps(steps: readonly Step[], atOnce: number): Promise<Tally> {
  return total([...(await talliesOf(steps, atOnce)).values()])
}

/** Steps of which some run at once. */
export interface StepGroup {
  steps: readonly Step[]
  atOnce: number
}

/**
 * Runs groups of steps beside each other, then those that failed once more, with nothing beside them:
 * what real browsers do in time depends on what else the machine does. A step that fails twice has failed.
 */
export async function runStepsTwice(...groups: readonly StepGroup[]): Promise<Tally> {
  const done = await Promise.all(groups.map(({ steps, atOnce }) => talliesOf(steps, atOnce)))
  const tallies = new Map(done.flatMap((some) => [...some]))
  const failed = [...tallies].filter(([, { failed: count }]) => count > 0).map(([step]) => step)
  if (failed.length > 0) {
    console.log(`Once more, alone: ${failed.map(({ name }) => name).join(', ')}`)
    for (const [step, tally] of await talliesOf(failed, 1)) tallies.set(step, tally)
  }
  return total([...tallies.values()])
}

async function talliesOf(steps: readonly Step[], atOnce: number): Promise<Map<Step, Tally>> {
  const waiting = [...steps]
  const tallies = new Map<Step, Tally>()
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const startedAt = performance.now()
      const result = await runStep(step)
      tallies.set(step, result.tally)
      report(step.name, result, performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return tallies
}

async function runStep(step: Step): Promise<StepResult> {
  try {
    return await step.run()
  } catch (error) {
    const output = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { tally: { passed: 0, failed: 1, skipped: 0 }, output }
  }
}

function report(name: string, { tally, output }: StepResult, ms: number): void {
  const isSingle = tally.passed + tally.failed + tally.skipped === 1
  const counts = isSingle ? '' : `  ${closingLine(tally)}`
  const word = tally.failed > 0 ? 'FAIL' : 'ok  '
  console.log(`${word} ${name.padEnd(24)} ${(ms / 1000).toFixed(1).padStart(6)} s${counts}`)
  // Tests say in a sentence why they cannot run here.
  if (tally.skipped > 0) {
    for (const reason of new Set(output.match(/^Skipped: .+$/gm))) console.log(indent(reason))
  }
  if (tally.failed > 0 && output.trim()) console.log(`${indent(output.trim())}\n`)
}

function indent(text: string): string {
  return text.replace(/^/gm, '     ')
}
