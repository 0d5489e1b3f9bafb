import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandStep, installed, ROOT, testFilesStep, type Step } from './step.ts'

/** Tests beside the code that start servers or other programs; the check leaves them out. */
export const INTEGRATION_SUFFIX = '.integration.test.ts'

/** Many times what any takes: a machine that does other things too must not fail one. */
const UNIT_TEST_TIMEOUT_MS = 60_000
const LONG_UNIT_TEST_TIMEOUT_MS = 10 * 60_000

/** The steps of `npm run check`, the slowest first; `isLong`: with many more histories. */
export function checkSteps({ isLong = false }: { isLong?: boolean } = {}): Step[] {
  const unitTests = (name: string, ...paths: string[]): Step =>
    testFilesStep(name, {
      paths,
      ignore: [`**/*${INTEGRATION_SUFFIX}`],
      timeoutMs: isLong ? LONG_UNIT_TEST_TIMEOUT_MS : UNIT_TEST_TIMEOUT_MS,
      env: isLong ? { DUET_LONG: '1' } : {},
    })
  return [
    // One run of tests keeps one core busy only.
    unitTests('unit tests of packages', './packages'),
    unitTests('unit tests of apps', './apps', './scripts', './bench', './examples'),
    commandStep('lint', [installed('oxlint'), '--quiet']),
    commandStep('types', [installed('tsc'), '-p', '.']),
    commandStep('unused code', [installed('knip'), '--no-progress', '--no-config-hints']),
    commandStep('format', [installed('oxfmt'), '--check', '.']),
    scriptStep('check-imports'),
    scriptStep('check-tracked'),
    ...generatedDocuments(),
  ]
}

function generatedDocuments(): Step[] {
  const name = 'generate-config-docs'
  return existsSync(scriptPath(name)) ? [scriptStep(name, '--check')] : []
}

function scriptStep(name: string, ...rest: string[]): Step {
  return commandStep(name, [process.execPath, scriptPath(name), ...rest])
}

function scriptPath(name: string): string {
  return join(ROOT, 'scripts', `${name}.ts`)
}
