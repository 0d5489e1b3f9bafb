import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tallyOfReport, type Tally } from './tally.ts'

/** One part of a lane: a check that passes or fails, or a run of test files. */
export interface Step {
  name: string
  run(): Promise<StepResult>
}

export interface StepResult {
  tally: Tally
  /** What the step printed. */
  output: string
}

export interface TestFilesOptions {
  /** Folders and files beginning with `./`, or parts of file names. */
  paths: readonly string[]
  /** Globs of files that another step runs. */
  ignore?: readonly string[]
  /** Limit of one test, in milliseconds. */
  timeoutMs?: number
  env?: Record<string, string>
}

/** Of the tests of one file that say that they may run beside each other, as they mostly wait. */
const TESTS_AT_ONCE = 4

/** The folder that holds the root `package.json`. */
export const ROOT = new URL('../..', import.meta.url).pathname

/** A command that counts as one check: passed when it ends with 0. */
export function commandStep(name: string, argv: readonly string[]): Step {
  return {
    name,
    async run() {
      const { exitCode, output } = await runCommand(argv)
      const isGood = exitCode === 0
      return { tally: { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 }, output }
    },
  }
}

/** `bun test` over some files; every test counts. */
export function testFilesStep(name: string, options: TestFilesOptions): Step {
  return {
    name,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'duet-report-'))
      const report = join(folder, 'report.xml')
      const { exitCode, output } = await runCommand(testArguments(options, report), {
        env: options.env ?? {},
      })
      const xml = existsSync(report) ? readFileSync(report, 'utf8') : undefined
      rmSync(folder, { recursive: true })
      return { tally: tallyOfReport(xml, exitCode), output }
    },
  }
}

/** `bun test` over one file, which is the step's name. */
export function fileStep(file: string, options: Omit<TestFilesOptions, 'paths'>): Step {
  return testFilesStep(file.replace('.test.ts', ''), { ...options, paths: [`./${file}`] })
}

/** The files of the project that fit a glob. */
export function filesOf(glob: string): string[] {
  const files = [...new Bun.Glob(glob).scanSync({ cwd: ROOT })]
  return files.filter((file) => !file.includes('node_modules'))
}

/** Runs `argv` in the root folder and waits for its end. */
export async function runCommand(
  argv: readonly string[],
  options: { isStreamed?: boolean; env?: Record<string, string> } = {},
): Promise<{ exitCode: number; output: string }> {
  const how = options.isStreamed ? 'inherit' : 'pipe'
  const child = Bun.spawn([...argv], {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdin: 'ignore',
    stdout: how,
    stderr: how,
  })
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    textOf(child.stdout),
    textOf(child.stderr),
  ])
  return { exitCode, output: stdout + stderr }
}

/** The path of a command that an npm dependency brings. */
export function installed(command: string): string {
  return join(ROOT, 'node_modules/.bin', command)
}

function testArguments(options: TestFilesOptions, report: string): string[] {
  return [
    process.execPath,
    'test',
    // Browsers and servers go with the tests, however those end.
    '--no-orphans',
    ...options.paths,
    ...(options.ignore ?? []).map((glob) => `--path-ignore-patterns=${glob}`),
    ...(options.timeoutMs === undefined ? [] : [`--timeout=${options.timeoutMs}`]),
    '--only-failures',
    '--pass-with-no-tests',
    `--max-concurrency=${TESTS_AT_ONCE}`,
    '--reporter=junit',
    `--reporter-outfile=${report}`,
  ]
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return stream ? await new Response(stream).text() : ''
}
