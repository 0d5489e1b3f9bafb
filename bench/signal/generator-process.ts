import { join } from 'node:path'
import type { Answer, Order, Target } from './generator.ts'
import type { LoadResult, PacedResult, Window } from './load.ts'

const ENTRY = join(import.meta.dir, 'generator.ts')

/** Longer than any order takes. */
const ORDER_TIMEOUT_MS = 60_000

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

  async open(target: Target, pairs: number): Promise<void> {
    await this.#order({ type: 'open', target, pairs })
  }

  async saturate(window: Window, inFlight: number): Promise<LoadResult> {
    return (await this.#order({ type: 'saturate', window, inFlight })) as LoadResult
  }

  async pace(window: Window, perSecond: number): Promise<PacedResult> {
    return (await this.#order({ type: 'pace', window, perSecond })) as PacedResult
  }

  /** Bytes per session. */
  async idle(target: Target, sessions: number): Promise<number> {
    return (await this.#order({ type: 'idle', target, sessions })) as number
  }

  /** Closes what was opened. */
  async closeAll(): Promise<void> {
    await this.#order({ type: 'close' })
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }

  async #order(order: Order): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#settle = resolve
    const timer = setTimeout(() => resolve({ error: 'it took too long' }), ORDER_TIMEOUT_MS)
    this.#child.send(order)
    const answer = await promise.finally(() => clearTimeout(timer))
    if ('error' in answer) throw new Error(`${order.type}: ${answer.error}`)
    return answer.value
  }
}
