import { fileStep, filesOf, type Step, type TestFilesOptions } from './step.ts'

/** Where tests in real browsers and namespaces are. */
const FOLDERS = '{e2e,lab}/**/*.test.ts'

/**
 * Those that take longest come first, so that no worker is left with one of them at the end.
 * Measured on two cores; a file that is not named takes less.
 */
export const LONGEST_FIRST: readonly string[] = [
  'e2e/mixed.test.ts',
  'e2e/looks.test.ts',
  'e2e/capture-call.test.ts',
  'e2e/capture-looks.test.ts',
  'e2e/dialect-cast.test.ts',
  'e2e/dialect-topic.test.ts',
  'e2e/dialect-room.test.ts',
  'e2e/dialect-srs.test.ts',
  'e2e/ringing.test.ts',
  'e2e/accounts.test.ts',
  'e2e/account-looks.test.ts',
  'e2e/cast.test.ts',
  'e2e/nat-networks.test.ts',
]

/** Those that want the machine for themselves, and why. */
export const ALONE: ReadonlyMap<string, string> = new Map([
  ['lab/namespaces.test.ts', 'removes what it takes for the namespaces of killed tests'],
  ['e2e/firefox.test.ts', 'Firefox without a graphics card needs both cores for a call'],
  ['e2e/check-firefox.test.ts', 'starts Firefox, once for each test'],
  ['e2e/harness/harness.test.ts', 'starts Firefox as well'],
  [
    'e2e/through-server.test.ts',
    'encodes each picture twice, and measures how long one stands still',
  ],
  ['e2e/recording-networks.test.ts', 'encodes each picture twice, in two networks'],
  ['e2e/live-viewer.test.ts', 'ffmpeg encodes a third picture'],
  ['e2e/recording.test.ts', 'ffmpeg merges at the lowest priority'],
])

export interface BrowserSteps {
  /** In the order in which they are to begin. */
  sideBySide: Step[]
  alone: Step[]
}

/** A step for each file: every one has ports, folders and browsers of its own. */
export function browserSteps(options: Omit<TestFilesOptions, 'paths'>): BrowserSteps {
  const { sideBySide, alone } = orderFiles(filesOf(FOLDERS))
  const stepOf = (file: string): Step => fileStep(file, options)
  return { sideBySide: sideBySide.map(stepOf), alone: alone.map(stepOf) }
}

/** Which files run side by side, the longest first, and which ones alone. */
export function orderFiles(files: readonly string[]): { sideBySide: string[]; alone: string[] } {
  const sorted = files.toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b))
  return {
    sideBySide: sorted.filter((file) => !ALONE.has(file)),
    alone: sorted.filter((file) => ALONE.has(file)),
  }
}

function rankOf(file: string): number {
  const rank = LONGEST_FIRST.indexOf(file)
  return rank < 0 ? LONGEST_FIRST.length : rank
}
