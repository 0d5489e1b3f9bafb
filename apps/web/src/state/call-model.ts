import type { Clock } from '@duet/base'
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type {
  CallState,
  MediaPathInfo,
  PeerGoneReason,
  RemotePeer,
  SignalingState,
  Verification,
} from '@duet/client'
import type { CallPort } from './ports.ts'

/** How the other person went. */
export interface Farewell {
  reason: PeerGoneReason
  name: string
}

/** Longer than any path takes that can be had, in milliseconds. */
const STUCK_AFTER_MS = 15_000

/** A call's state as signals, and what a page remembers of it. */
export class CallModel {
  readonly state: ReadonlySignal<CallState>
  readonly peer: ReadonlySignal<RemotePeer | null>
  readonly remoteStream: ReadonlySignal<MediaStream | null>
  readonly verification: ReadonlySignal<Verification>
  readonly signaling: ReadonlySignal<SignalingState>
  /** Where sound and picture go. */
  readonly mediaPath: ReadonlySignal<MediaPathInfo>
  /** Set while alone after somebody was there. */
  readonly farewell: ReadonlySignal<Farewell | null>
  /** How long two people were together since the last join, in milliseconds; grows when they part. */
  readonly talkedMs: ReadonlySignal<number>
  /** True when both are there, nothing is in doubt, and still no path was found. */
  readonly isStuck: ReadonlySignal<boolean>
  readonly #talkedMs = signal(0)
  readonly #isLate = signal(false)
  #cancelLate = () => {}
  /** What happened while the page was held. */
  #held: (() => void)[] | null = null
  readonly #timers: Clock
  readonly #stop: (() => void)[]
  #talkingSince: number | undefined

  /** `peerName`: what to call a peer that says no name of its own. */
  constructor(call: CallPort, timers: Clock, peerName = '') {
    this.#timers = timers
    const named = (known: RemotePeer | null) =>
      known && known.name === '' ? { ...known, name: peerName } : known
    const state = signal(call.state)
    const peer = signal(named(call.peer))
    const remoteStream = signal(call.remoteStream)
    const verification = signal(call.verification)
    const signaling = signal(call.signaling)
    const mediaPath = signal(call.mediaPath)
    const farewell = signal<Farewell | null>(null)
    this.state = state
    this.peer = peer
    this.remoteStream = remoteStream
    this.verification = verification
    this.signaling = signaling
    this.mediaPath = mediaPath
    this.farewell = farewell
    this.talkedMs = this.#talkedMs
    this.isStuck = computed(() => {
      const isDecided = ['verified', 'unverified'].includes(verification.value.name)
      return this.#isLate.value && isDecided
    })
    const show = (change: () => void) => {
      if (this.#held) this.#held.push(change)
      else batch(change)
    }
    this.#stop = [
      call.on('state', (next) =>
        show(() => {
          this.#countTalk(next)
          this.#countConnecting(next)
          if (next.name === 'joining' || next.name === 'connecting') farewell.value = null
          state.value = next
        }),
      ),
      call.on('peer', (next) => show(() => (peer.value = named(next)))),
      call.on('remotestream', (next) => show(() => (remoteStream.value = next))),
      call.on('verification', (next) => show(() => (verification.value = next))),
      call.on('mediapath', (next) => show(() => (mediaPath.value = next))),
      call.on('signaling', (next) => show(() => (signaling.value = next))),
      call.on('peergone', (reason, name) =>
        show(() => (farewell.value = { reason, name: name || peerName })),
      ),
    ]
  }

  /** True while nothing that happens is shown. */
  get isHeld(): boolean {
    return this.#held !== null
  }

  /** Shows nothing new until `release()`: laying out a page would delay what is on its way. */
  hold(): void {
    this.#held ??= []
  }

  /** Shows at once what happened meanwhile. */
  release(): void {
    const held = this.#held
    this.#held = null
    if (held) batch(() => held.forEach((change) => change()))
  }

  close(): void {
    this.#cancelLate()
    for (const stop of this.#stop.splice(0)) stop()
  }

  #countConnecting(next: CallState): void {
    this.#cancelLate()
    this.#isLate.value = false
    if (next.name !== 'connecting') return
    this.#cancelLate = this.#timers.after(STUCK_AFTER_MS, () => (this.#isLate.value = true))
  }

  #countTalk(next: CallState): void {
    const isTogether = next.name === 'connected' || next.name === 'reconnecting'
    if (next.name === 'joining') this.#talkedMs.value = 0
    if (isTogether) this.#talkingSince ??= this.#timers.now()
    else if (this.#talkingSince !== undefined) {
      this.#talkedMs.value += this.#timers.now() - this.#talkingSince
      this.#talkingSince = undefined
    }
  }
}
