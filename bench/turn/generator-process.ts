import { join } from 'node:path'
import type { Answer, Order } from './generator.ts'
import type { LoadResult } from './load.ts'

const ENTRY = join(import.meta.dir, 'generator.ts')

/** The process that makes the load, on a core of its own. It carries out one order at a time. */
export class GeneratorProcess {
  readonly #child
  #settle = (_answer: Answer): void => {}

  constructor(core: number) {
    this.#child = Bun.spawn(['taskset', '-c', String(core), process.execPath, ENTRY], {
      stdio: ['ignore', 'inherit', 'inherit'],
      serialization: 'json',
      ipc: (answer: Answer) => this.#settle(answer),
      onExit: () => this.#settle({ error: 'the load generator ended' }),
    })
  }

  async load(order: Order): Promise<LoadResult> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#settle = resolve
    this.#child.send(order)
    const answer = await promise
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }
}
