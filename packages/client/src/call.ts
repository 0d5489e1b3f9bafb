import { Emitter, silentLogger, systemClock, type Clock, type Logger } from '@duet/base'
import { normalizeRoomName, type CapturePurpose, type LiveOptions } from '@duet/protocol'
import { isOver, nextCallState, type CallInput } from './call-machine.ts'
import type { CallEvents, CallOptions } from './call-options.ts'
import type {
  CallState,
  RemotePeer,
  RoomGuest,
  SignalingState,
  Verification,
} from './call-state.ts'
import type { CaptureInfo, Capturing } from './captures/capture-info.ts'
import { Conversation } from './conversation.ts'
import { Keyring } from './keyring.ts'
import { LocalMedia, type MediaKind } from './local-media.ts'
import { NO_MEDIA_PATH, type MediaPathInfo } from './media-path/media-path.ts'
import type { MediaVia } from './media-path/media-path-state.ts'
import { watchNetwork } from './network.ts'
import { talker, type Part } from './part.ts'
import type { PathReport } from './path-report.ts'
import type { PictureMode } from './picture-mode.ts'
import type { SafetyPhrase } from './safety-phrase.ts'
import type { SeatOptions } from './seat.ts'

/** What a call stands on; tests bring their own. */
export interface CallEnvironment {
  clock: Clock
  openSocket?: SeatOptions['openSocket']
  /** What this side is in the room; one of two who talk, when it is left out. */
  part?: Part
}

/**
 * A call in a room for two. Its socket opens at once, so that `join()` is one round trip;
 * the media never depends on the socket. Transitions: `CallState`.
 */
export class Call implements Capturing {
  readonly #logger: Logger
  readonly #events: Emitter<CallEvents>
  readonly #keyring: Keyring | undefined
  readonly #media = new LocalMedia()
  readonly #conversation: Conversation
  readonly #unwatchNetwork: () => void
  #state: CallState = { name: 'idle' }
  #name: string
  #isClosed = false

  constructor(
    options: CallOptions,
    { clock, openSocket, part = talker(options.room) }: CallEnvironment = { clock: systemClock },
  ) {
    this.#name = options.name ?? ''
    this.#logger = options.logger ?? silentLogger
    this.#events = new Emitter((error, event) =>
      this.#logger.error('a call listener threw', { event, error: String(error) }),
    )
    const room = normalizeRoomName(options.room)
    this.#keyring = options.key && room.ok ? new Keyring(options.key, room.name) : undefined
    this.#conversation = new Conversation({
      ...options,
      part,
      media: this.#media,
      keyring: this.#keyring,
      clock,
      openSocket,
      logger: this.#logger,
      events: this.#events,
      state: () => this.#state,
      input: (input) => this.#input(input),
    })
    this.#unwatchNetwork = watchNetwork(() => this.#conversation.networkChanged())
  }

  get state(): CallState {
    return this.#state
  }

  get peer(): RemotePeer | null {
    return this.#conversation.peer
  }

  /** False for a peer on an older dialect, which never says what it sends. */
  get isPeerDuet(): boolean {
    return this.#conversation.isPeerDuet
  }

  /** The remote sound and picture; null while there is no peer connection. */
  get remoteStream(): MediaStream | null {
    return this.#conversation.leg.link?.remoteStream ?? null
  }

  /** Who knocks at this room; empty for everybody but its owner. */
  get guests(): readonly RoomGuest[] {
    return this.#conversation.guests.list
  }

  /** Lets a guest in, or does not; refused (`not-allowed`) for everybody but the owner. */
  admit(guest: string, isAdmitted: boolean): void {
    this.#conversation.guests.admit(guest, isAdmitted)
  }

  get verification(): Verification {
    return this.#conversation.verification
  }

  /** What two people without a link's key may compare; null until it is agreed. */
  get phrase(): SafetyPhrase | null {
    return this.#conversation.leg.link?.phrase ?? null
  }

  /** Where sound and picture go; direct while there is no peer connection. */
  get mediaPath(): MediaPathInfo {
    return this.#conversation.leg.link?.mediaPath.info ?? NO_MEDIA_PATH
  }

  get signaling(): SignalingState {
    return this.#conversation.seat.signaling
  }

  /** True when the link has a key, so that the peer can be verified. */
  get hasKey(): boolean {
    return this.#keyring !== undefined
  }

  /**
   * True while lines are sealed: always with a key in the link, unless the person went on with
   * a peer that showed no sign of it. May change with `verification` and with `chat`.
   */
  get isChatSealed(): boolean {
    return this.#conversation.isChatSealed
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (...args: CallEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /** Takes a seat, from `idle`, `full`, `ended` or `failed`; `wait` stands in line when there is none. */
  join({ wait = false }: { wait?: boolean } = {}): void {
    if (this.#isClosed || !(isOver(this.#state) || this.#state.name === 'full')) return
    if (typeof RTCPeerConnection === 'undefined') {
      this.#input({ type: 'fail', code: 'no-webrtc', message: 'this browser has no WebRTC' })
      return
    }
    if (this.#keyring && typeof crypto.subtle === 'undefined') {
      this.#input({ type: 'fail', code: 'insecure-page', message: 'open the page over HTTPS' })
      return
    }
    this.#conversation.begin(this.#name, wait)
  }

  /**
   * What is sent from now on, before and during a call; null sends nothing of this kind.
   * `screen`: the picture is a shared screen; `mode`: what for.
   */
  async setTrack(
    kind: MediaKind,
    track: MediaStreamTrack | null,
    { screen = false, mode }: { screen?: boolean; mode?: PictureMode | undefined } = {},
  ): Promise<void> {
    this.#media.setTrack(kind, track, { isScreen: screen, mode })
    if (track && !this.#isClosed) this.#conversation.prepare()
    await this.#conversation.leg.link?.setTrack(kind, track).catch((error: unknown) => {
      this.#logger.debug('a track was not replaced', { kind, error: String(error) })
    })
  }

  /** Tells the peer whether the microphone is muted; the track itself is its owner's matter. */
  setMuted(isMuted: boolean): void {
    this.#media.setMuted(isMuted)
    this.#conversation.leg.link?.tellMedia()
  }

  /** What to be called, from the next `join()` on. */
  setName(name: string): void {
    this.#name = name
  }

  /**
   * Says a line; it comes back as a `chat` event at once, in pieces when it is very long.
   * Sealed while `isChatSealed`. Refused (`no-such-peer`) while nobody is there.
   */
  sendChat(text: string): void {
    this.#conversation.say(text, this.#name)
  }

  /**
   * Lets the peer learn this side's own addresses from now on, and looks for a direct path; what
   * flows over the relay goes on until it is found. For a call made with the policy `relay`; both
   * sides are to do so.
   */
  goDirect(): void {
    this.#conversation.leg.goDirect()
  }

  /** Finds a better path: an ICE restart. What flows goes on until it is found. */
  restartIce(): void {
    this.#conversation.leg.link?.restartIce()
  }

  /**
   * Moves sound and picture of both sides through the server, or back. Through the server the call is no longer
   * encrypted from end to end. Does nothing while `mediaPath.isOffered` is false.
   */
  moveMedia(via: MediaVia): void {
    this.#conversation.leg.link?.mediaPath.move(via)
  }

  /** Who agreed to being recorded or broadcast, and what is on. */
  get capture(): CaptureInfo {
    return this.#conversation.captures.capture
  }

  setConsent(purpose: CapturePurpose, isGiven: boolean): void {
    this.#conversation.captures.setConsent(purpose, isGiven)
  }

  startCapture(purpose: CapturePurpose, options?: LiveOptions): void {
    this.#conversation.captures.startCapture(purpose, options)
  }

  stopCapture(purpose: CapturePurpose): void {
    this.#conversation.captures.stopCapture(purpose)
  }

  /** Lets media flow although the peer could not be verified; after `mismatch`. */
  continueUnverified(): void {
    this.#conversation.leg.link?.continueUnverified()
  }

  /** Puts the other one out, as the receiver of a cast may. */
  dismiss(): void {
    this.#conversation.dismiss()
  }

  /** Leaves; `join()` may be called again. */
  leave(): void {
    this.#conversation.end({ type: 'end', reason: 'left' })
  }

  /** Leaves and drops the socket. Final and idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.leave()
    this.#isClosed = true
    this.#unwatchNetwork()
    this.#conversation.close()
    this.#events.clear()
  }

  /** Both session descriptions as they are now, for showing. */
  descriptions(): { local: string | null; remote: string | null } {
    return this.#conversation.leg.descriptions
  }

  /** Path, codecs, rates, loss and round trip since the last sample; null without a peer. */
  async sample(): Promise<PathReport | null> {
    return this.#conversation.peer ? this.#conversation.leg.sample() : null
  }

  #input(input: CallInput): void {
    const next = nextCallState(this.#state, input)
    if (next === this.#state) return
    this.#state = next
    this.#logger.info('call', { state: next.name })
    this.#events.emit('state', next)
  }
}

/** Makes a call; nothing is joined yet. */
export function createCall(options: CallOptions): Call {
  return new Call(options)
}
