import { silentLogger } from '@duet/base'
import type { Hub } from '../hub/hub.ts'
import type { CaptureControl, CaptureStart, TellCapture } from './capture-control.ts'
import { createTellCapture } from './tell-capture.ts'
import { watchCaptures } from './watch-captures.ts'

/** Keeps what it is told to do instead of doing it. For tests. */
export class FakeControl implements CaptureControl {
  readonly offered = ['record', 'live'] as const
  readonly starts: CaptureStart[] = []
  readonly stops: string[] = []
  readonly #tell: TellCapture
  readonly close: () => void

  constructor(hub: Hub) {
    this.#tell = createTellCapture(hub, silentLogger)
    this.close = watchCaptures(hub, this)
  }

  start(start: CaptureStart): void {
    this.starts.push(start)
    this.#tell(start, { state: 'starting' })
  }

  stop(room: string, purpose: string): void {
    this.stops.push(`${room} ${purpose}`)
  }

  /** Says how the capture goes that was started as number `index`. */
  tell(index: number, progress: Parameters<TellCapture>[1]): void {
    const start = this.starts.at(index)
    if (!start) throw new Error(`no capture ${index} was started`)
    this.#tell(start, progress)
  }
}
