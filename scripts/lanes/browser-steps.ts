import { fileStep, filesOf, type Step, type TestFilesOptions } from './step.ts'

/** Where tests in real browsers and namespaces are. */
const FOLDERS = '{e2e,lab}/**/*.test.ts'

/** Those that want the machine for themselves, and why. */
export const ALONE: ReadonlyMap<string, string> = new Map([
  ['lab/namespaces.test.ts', 'removes what it takes for the namespaces of killed tests'],
  ['e2e/firefox.test.ts', 'Firefox without a graphics card needs both cores for a call'],
  ['e2e/check-firefox.test.ts', 'starts Firefox, once for each test'],
  ['e2e/live-viewer.test.ts', 'ffmpeg encodes a third picture'],
  [
    'e2e/through-server.test.ts',
    'encodes each picture twice, and measures how long one stands still',
  ],
  ['e2e/recording-networks.test.ts', 'encodes each picture twice, in two networks'],
  ['e2e/picture-size.test.ts', 'a page whose machine is busy sends a smaller picture'],
  ['e2e/recording.test.ts', 'ffmpeg merges at the lowest priority'],
])

export interface BrowserSteps {
  sideBySide: Step[]
  alone: Step[]
}

/** A step for each file: every one has ports, folders and browsers of its own. */
export function browserSteps(options: Omit<TestFilesOptions, 'paths'>): BrowserSteps {
  const files = filesOf(FOLDERS).toSorted()
  const stepOf = (file: string): Step => fileStep(file, options)
  return {
    sideBySide: files.filter((file) => !ALONE.has(file)).map(stepOf),
    alone: files.filter((file) => ALONE.has(file)).map(stepOf),
  }
}
