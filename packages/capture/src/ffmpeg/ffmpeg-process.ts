import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { CancelTimer, Clock } from '@duet/base'

/** Calls come first: what ffmpeg computes may wait. */
const NICENESS = 10

/** What it said last, which is why it failed. */
const MAX_SAID_BYTES = 4096
/** Longer than an address that it names. */
const MAX_LINE_LENGTH = 2048

/** After being asked to end: what is under way is written, then it is killed. */
const END_MS = 3000

export interface FfmpegProcessOptions {
  path: string
  args: readonly string[]
  /** Pipes besides the three, which ffmpeg reads as `pipe:3`, `pipe:4` and so on. */
  inputs?: number
  clock: Clock
  nice?: boolean
  /** Lines of `-progress pipe:1`, such as `out_time_us` and its value. */
  onProgress?: (name: string, value: string) => void
  onExit: (exit: FfmpegExit) => void
}

export interface FfmpegExit {
  isOk: boolean
  /** One line of what it said. Addresses with secrets are still in it. */
  message: string
}

/** An ffmpeg that runs; told once when it does not any more. */
export class FfmpegProcess {
  readonly #options: FfmpegProcessOptions
  readonly #child: ChildProcess
  readonly #exited = Promise.withResolvers<undefined>()
  #said = ''
  #isOver = false
  #stopKilling: CancelTimer | undefined

  constructor(options: FfmpegProcessOptions) {
    this.#options = options
    const inputs = Array.from({ length: options.inputs ?? 0 }, () => 'pipe' as const)
    this.#child = spawn(options.path, options.args, { stdio: ['pipe', 'pipe', 'pipe', ...inputs] })
    this.#child.on('error', (error) => this.#end(false, error.message))
    this.#child.on('close', (code) => this.#end(code === 0, undefined))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    this.#readProgress(this.#child.stdout)
    for (const stream of this.#child.stdio) stream?.on('error', () => {})
    if (options.nice && this.#child.pid !== undefined) lower(this.#child.pid)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get exited(): Promise<undefined> {
    return this.#exited.promise
  }

  input(index: number): Writable | undefined {
    const stream = this.#child.stdio[3 + index]
    return stream && 'write' in stream ? stream : undefined
  }

  /** Ends its inputs, so that it writes what it has; kills it when that takes long. */
  end(): void {
    if (this.#isOver) return
    for (const stream of this.#child.stdio.slice(3)) if (stream && 'end' in stream) stream.end()
    this.#stopKilling ??= this.#options.clock.after(END_MS, () => this.kill())
  }

  kill(): void {
    if (!this.#isOver) this.#child.kill('SIGKILL')
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-MAX_SAID_BYTES)
  }

  #readProgress(stdout: Readable | null): void {
    let rest = ''
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH)
      for (const line of lines) {
        const [name = '', value = ''] = line.split('=', 2)
        this.#options.onProgress?.(name, value.trim())
      }
    })
  }

  #end(isOk: boolean, message: string | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopKilling?.()
    this.#exited.resolve(undefined)
    this.#options.onExit({ isOk, message: message ?? lastLineOf(this.#said) })
  }
}

/** The last thing said that says something, without what names an object in memory. */
function lastLineOf(said: string): string {
  const lines = said.split(/[\r\n]+/).map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim())
  const telling = lines.filter((line) => line !== '' && !/^(Conversion failed|Exiting )/.test(line))
  return (telling.at(-1) ?? 'ffmpeg said nothing').slice(0, MAX_LINE_LENGTH)
}

function lower(pid: number): void {
  try {
    setPriority(pid, NICENESS)
  } catch {
    // It is gone already, or may not be changed: it works all the same.
  }
}
