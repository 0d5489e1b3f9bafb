import { INTEGRATION_SUFFIX } from './check.ts'
import { fileStep, filesOf, type Step, type TestFilesOptions } from './step.ts'

const FOLDERS = `{packages,apps,scripts,bench,examples}/**/*${INTEGRATION_SUFFIX}`

/** A step for each file that starts servers or other programs, with ports and folders of its own. */
export function integrationSteps(options: Omit<TestFilesOptions, 'paths'>): Step[] {
  return filesOf(FOLDERS)
    .toSorted()
    .map((file) => fileStep(file, options))
}
