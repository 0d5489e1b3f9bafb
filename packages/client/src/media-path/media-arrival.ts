import type { CancelTimer, Clock } from '@duet/base'
import type { PeerMedia } from '../call-state.ts'

export interface MediaArrivalOptions {
  connection: RTCPeerConnection
  clock: Clock
  /** What the other side says that it sends; null: it said nothing. */
  expected: () => PeerMedia | null
  /** Nothing came over this connection before: all that came counts. */
  isFresh: boolean
  onArrived: () => void
}

/** How often it is looked, in milliseconds: a frame or two. */
const LOOK_INTERVAL_MS = 50

/** A picture that moves, and not its first frame alone. */
const FRAMES = 2

/** Sound for 100 ms, which fills the buffer in front of the ear. */
const SOUND_PACKETS = 5

/** What came of each kind: decoded frames, and packets of sound. */
interface Arrived {
  frames: number
  packets: number
}

/** Tells, once, when what the other side sends has come over a connection and can be shown without a gap. */
export class MediaArrival {
  readonly #options: MediaArrivalOptions
  readonly #cancel: CancelTimer
  #before: Arrived | undefined
  #isLooking = false
  #isOver = false

  constructor(options: MediaArrivalOptions) {
    this.#options = options
    if (options.isFresh) this.#before = { frames: 0, packets: 0 }
    this.#cancel = options.clock.every(LOOK_INTERVAL_MS, () => void this.#look())
    void this.#look()
  }

  /** Tells nothing any more. Idempotent. */
  close(): void {
    this.#isOver = true
    this.#cancel()
  }

  async #look(): Promise<void> {
    const { connection, expected, onArrived } = this.#options
    if (this.#isLooking || connection.connectionState !== 'connected') return
    this.#isLooking = true
    const now = await readArrived(connection).catch(() => undefined)
    this.#isLooking = false
    if (!now || this.#isOver) return
    const before = (this.#before ??= now)
    const media = expected()
    const isSeen = !media?.video || now.frames - before.frames >= FRAMES
    const isHeard = !media?.audio || now.packets - before.packets >= SOUND_PACKETS
    if (!isSeen || !isHeard) return
    this.close()
    onArrived()
  }
}

async function readArrived(connection: RTCPeerConnection): Promise<Arrived> {
  const arrived = { frames: 0, packets: 0 }
  for (const stat of new Map(await connection.getStats()).values()) {
    const { type, kind, framesDecoded = 0, packetsReceived = 0 } = stat as RTCInboundRtpStreamStats
    if (type !== 'inbound-rtp') continue
    if (kind === 'video') arrived.frames += framesDecoded
    else arrived.packets += packetsReceived
  }
  return arrived
}
