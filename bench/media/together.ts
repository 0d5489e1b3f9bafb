import { readCpuMicros } from '../signal/process-usage.ts'
import { openLoad, type Load, type LoadShape } from './load.ts'
import type { LoadResult, Windows } from './sending.ts'
import type { MediaTarget, StartTarget } from './target.ts'

export interface TogetherOptions extends Windows {
  core: number
  host: string
  rounds: number
}

/**
 * Sends to servers that run at the same time on the same core, a while to each in turns, and yields what
 * each round gave: what one takes more than another is not hidden by how fast the machine is in one
 * minute and the next. A server is charged with all that it does until its next turn.
 */
export async function* measureTogether(
  servers: ReadonlyMap<string, StartTarget>,
  shape: LoadShape,
  { core, host, rounds, warmUpMs, windowMs }: TogetherOptions,
): AsyncGenerator<ReadonlyMap<string, LoadResult>> {
  const targets: MediaTarget[] = []
  const running: Running[] = []
  try {
    for (const [name, start] of servers) {
      const target = await start({ core, host })
      targets.push(target)
      running.push(new Running(name, target.pid, await openLoad(target, shape, host)))
    }
    for (const server of running) await server.take(warmUpMs)
    for (const server of running) await server.take(windowMs)
    for (let round = 0; round < rounds; round += 1) {
      const results = new Map<string, LoadResult>()
      for (const server of running) {
        results.set(server.name, server.result)
        await server.take(windowMs)
      }
      yield results
    }
  } finally {
    for (const { load } of running) load.close()
    for (const target of targets) await target.close()
  }
}

/** A server under load. */
class Running {
  readonly name: string
  readonly load: Load
  readonly #pid: number
  /** When its last turn began. */
  #cpuMicros = 0
  #sent: LoadResult | undefined

  constructor(name: string, pid: number, load: Load) {
    this.name = name
    this.#pid = pid
    this.load = load
  }

  async take(windowMs: number): Promise<void> {
    this.#cpuMicros = readCpuMicros(this.#pid)
    this.#sent = await this.load.measure({ warmUpMs: 0, windowMs })
  }

  /** Of its last turn, with what it did since that began. Throws a RangeError before the first one. */
  get result(): LoadResult {
    if (!this.#sent) throw new RangeError('nothing was measured')
    const cpuMicros = readCpuMicros(this.#pid) - this.#cpuMicros
    return { ...this.#sent, microsPerPacket: cpuMicros / this.#sent.packets }
  }
}
