import { readCpuMicros, readRssBytes } from '../signal/process-usage.ts'
import { quantile } from '../statistics.ts'
import { AvatarStream, sentAtMicros } from './avatar-stream.ts'

export interface LoadResult {
  forwardedPerSecond: number
  microsPerPacket: number
  kilobytesPerStream: number
  /** Of what was sent to the server and should have come to each player. */
  lossPercent: number
  delayP50Micros: number
  delayP99Micros: number
}

/** How long it is sent, in milliseconds. */
export interface Windows {
  /** Before anything counts: code is still being compiled then. */
  warmUpMs: number
  windowMs: number
}

export interface SendingOptions extends Windows {
  /** Of the server. */
  pid: number
  streams: readonly AvatarStream[]
  arrivals: Arrivals
  /** What the server took before any stream. */
  idleBytes: number
  playersPerPublisher: number
}

/** What came back from the server while it counts. */
export class Arrivals {
  isCounting = false
  received = 0
  readonly delays: number[] = []

  begin(): void {
    this.isCounting = true
    this.received = this.delays.length = 0
  }

  /** A decrypted packet came. */
  readonly add = (packet: Uint8Array, length: number): void => {
    if (!this.isCounting) return
    this.received += 1
    this.delays.push(nowMicros() - sentAtMicros(packet, length))
  }
}

/** Sends on all streams for a while, and says what it took. */
export async function measureSending(options: SendingOptions): Promise<LoadResult> {
  const { pid, streams, arrivals, windowMs, warmUpMs, idleBytes, playersPerPublisher } = options
  const sender = startSending(streams)
  try {
    await Bun.sleep(warmUpMs)
    const [sentBefore, cpuBefore, startedAt] = [sender.sent, readCpuMicros(pid), nowMicros()]
    arrivals.begin()
    await Bun.sleep(windowMs)
    arrivals.isCounting = false
    const seconds = (nowMicros() - startedAt) / 1_000_000
    const cpu = readCpuMicros(pid) - cpuBefore
    const expected = (sender.sent - sentBefore) * playersPerPublisher
    const delays = arrivals.delays.toSorted((a, b) => a - b)
    return {
      forwardedPerSecond: arrivals.received / seconds,
      microsPerPacket: cpu / arrivals.received,
      kilobytesPerStream: (readRssBytes(pid) - idleBytes) / streams.length / 1000,
      lossPercent: Math.max(0, (1 - arrivals.received / expected) * 100),
      delayP50Micros: quantile(delays, 0.5),
      delayP99Micros: quantile(delays, 0.99),
    }
  } finally {
    sender.stop()
  }
}

/** Each stream sends 100 packets per second, and not all of them at once. */
function startSending(streams: readonly AvatarStream[]): { readonly sent: number; stop(): void } {
  const perMs = (streams.length * AvatarStream.packetsPerSecond) / 1000
  const startedAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - startedAt) * perMs)
    // After a pause of this process what is overdue is not sent all at once.
    if (due - sent > perMs * 50) sent = due - Math.ceil(perMs * 50)
    for (; sent < due; sent += 1) streams[sent % streams.length]?.send(nowMicros())
  }, 1)
  return {
    get sent() {
      return streams.reduce((sum, { packets }) => sum + packets, 0)
    },
    stop: () => clearInterval(timer),
  }
}

function nowMicros(): number {
  return Math.floor(performance.now() * 1000)
}
