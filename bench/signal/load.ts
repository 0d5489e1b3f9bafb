import { quantile } from '../statistics.ts'
import type { Voice } from './dialects.ts'
import { readCpuMicros } from './process-usage.ts'
import { readTime } from './signal-frame.ts'

/** What a window of load came to. */
export interface LoadResult {
  /** Signals that arrived. */
  signals: number
  seconds: number
  serverCpuMicros: number
  /** Time in which the load generator had something to do. */
  generatorMicros: number
}

/** With how long signals were on their way, in microseconds. */
export interface PacedResult extends LoadResult {
  p50: number
  p99: number
}

export interface Window {
  /** The server's process. */
  pid: number
  warmUpMs: number
  ms: number
}

/** Whatever is shorter is no signal: pings, acknowledgements. */
const SHORTEST_SIGNAL_BYTES = 1000

/** How long the last signals may be on their way, in milliseconds. */
const DRAIN_MS = 3_000

/** idle: what arrives is only counted. pingPong: it is answered. timed: its age is written down. */
type State = { name: 'idle' } | { name: 'pingPong' } | { name: 'timed'; latencies: number[] }

/** Drives the signals of many pairs. */
export class Load {
  readonly #voices: readonly Voice[]
  #state: State = { name: 'idle' }
  #sent = 0
  #received = 0
  #busyMicros = 0
  #lost: string | undefined

  constructor(pairs: readonly (readonly [Voice, Voice])[]) {
    this.#voices = pairs.flat()
    for (const voice of this.#voices) {
      voice.client.onFrame = (payload) => this.#receive(voice, payload)
      voice.client.onLost = (why) => {
        this.#lost = why
      }
      voice.client.load()
    }
  }

  /** Every client has `inFlight` signals on their way, all the time. */
  async saturate(window: Window, inFlight: number): Promise<LoadResult> {
    this.#state = { name: 'pingPong' }
    for (let count = 0; count < inFlight; count++) {
      for (const voice of this.#voices) this.#send(voice)
    }
    await this.#spin(window.warmUpMs, () => {})
    const result = await this.#measure(window, () => this.#spin(window.ms, () => {}))
    await this.#drain()
    return result
  }

  /** Sends `perSecond` signals, evenly, whatever the server does. */
  async pace(window: Window, perSecond: number): Promise<PacedResult> {
    const latencies: number[] = []
    await this.#sendEvenly(window.warmUpMs, perSecond)
    this.#state = { name: 'timed', latencies }
    const result = await this.#measure(window, () => this.#sendEvenly(window.ms, perSecond))
    await this.#drain()
    const sorted = latencies.toSorted((a, b) => a - b)
    return { ...result, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
  }

  close(): void {
    for (const { client } of this.#voices) client.close()
  }

  async #measure({ pid }: Window, run: () => Promise<void>): Promise<LoadResult> {
    const before = {
      cpu: readCpuMicros(pid),
      busy: this.#busyMicros,
      at: now(),
      received: this.#received,
    }
    await run()
    return {
      signals: this.#received - before.received,
      seconds: (now() - before.at) / 1_000_000,
      serverCpuMicros: readCpuMicros(pid) - before.cpu,
      generatorMicros: this.#busyMicros - before.busy,
    }
  }

  async #sendEvenly(ms: number, perSecond: number): Promise<void> {
    const startedAt = now()
    const total = Math.round((ms / 1000) * perSecond)
    let sent = 0
    await this.#spin(ms, () => {
      const due = Math.min(total, ((now() - startedAt) / 1_000_000) * perSecond)
      for (; sent < due; sent++) {
        const voice = this.#voices[sent % this.#voices.length]
        if (voice) this.#send(voice)
      }
    })
  }

  /**
   * Calls `turn` and reads from the network, again and again, and never sleeps: the server shall
   * not pay for waking this process up, and timers are too coarse for thousands of signals.
   */
  async #spin(ms: number, turn: () => void): Promise<void> {
    const endsAt = now() + ms * 1000
    for (let turnedAt = now(); turnedAt < endsAt;) {
      const before = this.#sent + this.#received
      turn()
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      this.#throwIfLost()
      const at = now()
      if (this.#sent + this.#received !== before) this.#busyMicros += at - turnedAt
      turnedAt = at
    }
  }

  #send(voice: Voice): void {
    if (this.#state.name !== 'pingPong') voice.frame.setTime(now())
    voice.number?.()
    voice.client.write(voice.frame.bytes)
    this.#sent++
  }

  #receive(voice: Voice, payload: Buffer): void {
    if (payload.length < SHORTEST_SIGNAL_BYTES) {
      voice.answer?.(payload)
      return
    }
    this.#received++
    voice.count?.()
    const state = this.#state
    if (state.name === 'pingPong') this.#send(voice)
    else if (state.name === 'timed') state.latencies.push(now() - readTime(payload))
  }

  async #sleep(ms: number): Promise<void> {
    await Bun.sleep(ms)
    this.#throwIfLost()
  }

  /** What was sent must arrive, all of it and once. */
  async #drain(): Promise<void> {
    if (this.#state.name === 'pingPong') this.#state = { name: 'idle' }
    const endsAt = now() + DRAIN_MS * 1000
    while (this.#received !== this.#sent && now() < endsAt) await this.#sleep(5)
    this.#state = { name: 'idle' }
    if (this.#received === this.#sent) return
    throw new Error(`${this.#sent} signals were sent and ${this.#received} arrived`)
  }

  #throwIfLost(): void {
    if (this.#lost !== undefined) throw new Error(this.#lost)
  }
}

/** Microseconds. */
function now(): number {
  return Bun.nanoseconds() / 1000
}
