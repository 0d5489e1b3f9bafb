import { openLoad, type Load, type LoadShape } from './load.ts'
import type { LoadResult, Windows } from './sending.ts'
import type { MediaTarget, StartTarget } from './target.ts'

export interface TogetherOptions extends Windows {
  core: number
  host: string
  rounds: number
}

/**
 * Sends to servers that run on the same core at the same time, as much to each, and yields what each
 * round gave. So what one takes more than another is not hidden by how fast the machine is in one minute
 * and the next.
 */
export async function* measureTogether(
  servers: ReadonlyMap<string, StartTarget>,
  shape: LoadShape,
  { core, host, rounds, warmUpMs, windowMs }: TogetherOptions,
): AsyncGenerator<ReadonlyMap<string, LoadResult>> {
  const targets: MediaTarget[] = []
  const loads = new Map<string, Load>()
  const measure = async (windows: Windows): Promise<ReadonlyMap<string, LoadResult>> => {
    const results = [...loads].map(async ([name, load]): Promise<[string, LoadResult]> => {
      return [name, await load.measure(windows)]
    })
    return new Map(await Promise.all(results))
  }
  try {
    for (const [name, start] of servers) {
      const target = await start({ core, host })
      targets.push(target)
      loads.set(name, await openLoad(target, shape, host))
    }
    for (let round = 0; round < rounds; round += 1) {
      yield await measure({ warmUpMs: round === 0 ? warmUpMs : 0, windowMs })
    }
  } finally {
    for (const load of loads.values()) load.close()
    for (const target of targets) await target.close()
  }
}
