import type { MediaFrame } from '@duet/media'
import type { LiveMember, LiveMixer } from '../live.ts'

const STEP_MS = 10
const LENGTH_MS = 2000

/** Plays tracks, of two seconds unless said, into a mixer over and over, as fast as life. */
export class Player {
  readonly #timer: Timer

  constructor(
    mixer: LiveMixer,
    member: LiveMember,
    tracks: readonly MediaFrame[][],
    lengthMs = LENGTH_MS,
  ) {
    const startedMs = Date.now()
    const next = tracks.map(() => 0)
    this.#timer = setInterval(() => {
      tracks.forEach((track, index) => {
        for (;;) {
          const at = next[index] ?? 0
          const frame = track[at % track.length]
          const timeMs =
            startedMs + Math.floor(at / track.length) * lengthMs + (frame?.timeMs ?? Infinity)
          if (!frame || timeMs > Date.now()) return
          next[index] = at + 1
          mixer.write(member, { ...frame, timeMs })
        }
      })
    }, STEP_MS)
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
