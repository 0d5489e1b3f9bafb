/** One note of a tone that comes again and again. */
interface Note {
  /** Hertz. */
  frequency: number
  /** Seconds from the beginning of the loop. */
  start: number
  /** Seconds until it is down to a third. */
  decay: number
  /** 0 to 1. */
  loudness: number
}

/** A sound that is played in a loop. */
export interface Tone {
  /** Seconds of one turn. */
  seconds: number
  notes: readonly Note[]
}

const [E5, B5, E6, GS6] = [659.26, 987.77, 1318.51, 1661.22] as const

const bell = (frequency: number, start: number): Note => ({
  frequency,
  start,
  decay: 0.32,
  loudness: 0.34,
})

/** Two rising figures like a small bell, and a rest. */
export const RING: Tone = {
  seconds: 3.2,
  notes: [0, 0.9].flatMap((turn) => [
    bell(E5, turn),
    bell(B5, turn + 0.14),
    bell(E6, turn + 0.28),
    bell(GS6, turn + 0.42),
  ]),
}

/** One long soft note, so that a caller hears that it rings. */
export const RINGBACK: Tone = {
  seconds: 4,
  notes: [
    { frequency: 440, start: 0, decay: 0.9, loudness: 0.1 },
    { frequency: 554.37, start: 0.02, decay: 0.9, loudness: 0.06 },
  ],
}

/** Overtones of a struck bar, and how loud each is. */
const OVERTONES = [
  [1, 1],
  [2, 0.28],
  [3.93, 0.12],
] as const

/** No click at the start, in seconds. */
const ATTACK = 0.006

/** After so many decays a note is silent. */
const SILENT_AFTER_DECAYS = 6

/** The samples of one turn of a tone, -1 to 1; what rings on past its end begins the next turn. */
export function samplesOf({ seconds, notes }: Tone, sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * sampleRate))
  for (const { frequency, start, decay, loudness } of notes) {
    const first = Math.round(start * sampleRate)
    const length = Math.round(decay * SILENT_AFTER_DECAYS * sampleRate)
    for (let index = 0; index < length; index += 1) {
      const time = index / sampleRate
      let value = 0
      for (const [ratio, weight] of OVERTONES) {
        value += weight * Math.sin(2 * Math.PI * frequency * ratio * time) * Math.exp(-time * ratio)
      }
      const envelope = Math.min(1, time / ATTACK) * Math.exp(-time / decay) * loudness
      const place = (first + index) % samples.length
      samples[place] = (samples[place] ?? 0) + value * envelope
    }
  }
  return samples
}
