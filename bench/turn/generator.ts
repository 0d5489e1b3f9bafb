import { Load, type LoadResult, type LoadSource, type LoadWindow } from './load.ts'
import type { TurnTarget } from './load-client.ts'
import type { LoadShape } from './shape.ts'

/** What the benchmark asks of this process, one after the other. */
export interface Order {
  shape: LoadShape
  target: TurnTarget
  source: LoadSource
  window: LoadWindow
  /** Packets per second; undefined: as many as go through. */
  perSecond: number | undefined
}

export type Answer = { result: LoadResult } | { error: string }

function carryOut({ shape, target, source, window, perSecond }: Order): LoadResult {
  const load = new Load(shape, target, source)
  try {
    return perSecond === undefined ? load.saturate(window) : load.pace(window, perSecond)
  } finally {
    load.close()
  }
}

process.on('message', (order: Order) => {
  let answer: Answer
  try {
    answer = { result: carryOut(order) }
  } catch (error) {
    answer = { error: String(error) }
  }
  process.send?.(answer)
})

// The benchmark is gone, however it ended.
process.on('disconnect', () => process.exit())
