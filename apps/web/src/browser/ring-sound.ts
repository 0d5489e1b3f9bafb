import { signal } from '@preact/signals'
import type { RingSound } from '../state/ringing/ports.ts'
import { RING, RINGBACK, samplesOf, type Tone } from '../state/ringing/tones.ts'

/** No click at the end, in seconds; nobody hears it as a delay. */
const FADE_OUT = 0.02

/** What stands for a gesture in the eyes of browsers. */
const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const

/** Rings by WebAudio: no file to load, and in a loop that no timer of a hidden tab can slow down. */
export function createRingSound(): RingSound {
  const isUnlocked = signal(false)
  let context: AudioContext | undefined
  const buffers = new Map<Tone, AudioBuffer>()

  const open = (): AudioContext | undefined => {
    if (!('AudioContext' in window)) return undefined
    if (!context) {
      const made = new AudioContext()
      const follow = () => (isUnlocked.value = made.state === 'running')
      made.addEventListener('statechange', follow)
      follow()
      context = made
    }
    return context
  }

  /** Goes on when the browser allows it; may wait for a gesture for good. */
  const resume = () =>
    void open()
      ?.resume()
      .catch(() => {})

  const bufferOf = (tone: Tone, audio: AudioContext): AudioBuffer => {
    const kept = buffers.get(tone)
    if (kept) return kept
    const samples = samplesOf(tone, audio.sampleRate)
    const buffer = audio.createBuffer(1, samples.length, audio.sampleRate)
    buffer.copyToChannel(samples, 0)
    buffers.set(tone, buffer)
    return buffer
  }

  const play = (tone: Tone) => (): (() => void) => {
    const audio = open()
    if (!audio) return () => {}
    resume()
    const source = audio.createBufferSource()
    const loudness = audio.createGain()
    source.buffer = bufferOf(tone, audio)
    source.loop = true
    source.connect(loudness).connect(audio.destination)
    source.start()
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      loudness.gain.setTargetAtTime(0, audio.currentTime, FADE_OUT / 4)
      source.stop(audio.currentTime + FADE_OUT)
    }
  }

  for (const gesture of GESTURES) window.addEventListener(gesture, resume, { passive: true })
  // After a gesture on this document, as the press of Log in, it runs from the start; before one,
  // browsers complain about the mere attempt.
  if (navigator.userActivation.hasBeenActive) resume()

  return {
    isUnlocked,
    async unlock() {
      const audio = open()
      if (!audio) return false
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, UNLOCK_LIMIT_MS)
      await Promise.race([audio.resume().catch(() => {}), promise])
      clearTimeout(timer)
      return audio.state === 'running'
    },
    ring: play(RING),
    ringback: play(RINGBACK),
  }
}

/** A refusal is not said: the promise of the browser just stays open. */
const UNLOCK_LIMIT_MS = 1_000
