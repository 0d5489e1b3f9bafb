import type {
  CallEvents,
  CallState,
  CaptureInfo,
  CapturePurpose,
  LiveOptions,
  MediaPathInfo,
  PathReport,
  RemotePeer,
  SafetyPhrase,
  Verification,
} from '@duet/client'
import type {
  AttentionPort,
  CallPort,
  CaptureKind,
  DeviceInfo,
  MediaPort,
  Memory,
} from '../state/ports.ts'

/** A memory that ends with the test. */
export class FakeMemory implements Memory {
  readonly texts = new Map<string, string>()

  get(key: string): string | undefined {
    return this.texts.get(key)
  }

  set(key: string, value: string): void {
    this.texts.set(key, value)
  }
}

/** A track without a device. */
export class FakeTrack extends EventTarget {
  readonly kind: CaptureKind
  readonly label: string
  enabled = true
  readyState: MediaStreamTrackState = 'live'
  settings: MediaTrackSettings = {}

  constructor(kind: CaptureKind, label: string = kind) {
    super()
    this.kind = kind
    this.label = label
  }

  getSettings(): MediaTrackSettings {
    return this.settings
  }

  stop(): void {
    this.readyState = 'ended'
  }

  /** The device is gone: unplugged, or stopped from the browser's own bar. */
  lose(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

/** Devices that answer as the test says. */
export class FakeMedia implements MediaPort {
  /** The exception that asking for a kind ends with; missing for success. */
  readonly faults = new Map<CaptureKind, string>()
  readonly permissions = new Map<CaptureKind, PermissionState>()
  readonly asked: MediaStreamConstraints[] = []
  readonly tracks: FakeTrack[] = []
  list: DeviceInfo[] = []
  screenTracks: FakeTrack[] = [new FakeTrack('video', 'screen')]
  screenFault: string | undefined
  mixes = 0

  /** What runs now. */
  get live(): FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live')
  }

  capture(constraints: MediaStreamConstraints): Promise<MediaStreamTrack[]> {
    this.asked.push(constraints)
    const kinds = (['audio', 'video'] as const).filter((kind) => constraints[kind])
    for (const kind of kinds) {
      const fault = this.faults.get(kind)
      if (fault) return Promise.reject(new DOMException('as the test says', fault))
    }
    const tracks = kinds.map((kind) => new FakeTrack(kind))
    this.tracks.push(...tracks)
    return Promise.resolve(tracks.map(asTrack))
  }

  captureScreen = (): Promise<MediaStreamTrack[]> => {
    if (this.screenFault) {
      return Promise.reject(new DOMException('as the test says', this.screenFault))
    }
    return Promise.resolve(this.screenTracks.map(asTrack))
  }

  mix() {
    this.mixes += 1
    const track = new FakeTrack('audio', 'mix')
    return { track: asTrack(track), close: () => track.stop() }
  }

  devices(): Promise<DeviceInfo[]> {
    return Promise.resolve(this.list)
  }

  permission(kind: CaptureKind): Promise<PermissionState | 'unknown'> {
    return Promise.resolve(this.permissions.get(kind) ?? 'unknown')
  }

  onDeviceChange(): () => void {
    return () => {}
  }
}

/** Somebody who looks, or doesn't. */
export class FakeAttention implements AttentionPort {
  away = false
  mayNotify = true
  chimes = 0
  readonly notifications: string[] = []
  #listener: () => void = () => {}

  isAway(): boolean {
    return this.away
  }

  onReturn(listener: () => void): () => void {
    this.#listener = listener
    return () => (this.#listener = () => {})
  }

  chime(): void {
    this.chimes += 1
  }

  askToNotify(): Promise<boolean> {
    return Promise.resolve(this.mayNotify)
  }

  notify(title: string): void {
    this.notifications.push(title)
  }

  comeBack(): void {
    this.away = false
    this.#listener()
  }
}

/** A call that does what the test says, and remembers what it was asked for. */
export class FakeCall implements CallPort {
  state: CallState = { name: 'idle' }
  peer: RemotePeer | null = null
  remoteStream: MediaStream | null = null
  verification: Verification = { name: 'none' }
  signaling: CallPort['signaling'] = 'online'
  mediaPath: MediaPathInfo = {
    isOffered: false,
    name: 'direct',
    by: null,
    why: 'pressed',
    isThroughServer: false,
  }
  hasKey = true
  isChatSealed = true
  phrase: SafetyPhrase | null = null
  guests: CallPort['guests'] = []
  capture: CaptureInfo = { offered: [], ownConsents: [], peerConsents: [], active: [], ended: [] }
  report: PathReport | null = null
  readonly requests: string[] = []
  readonly sent: { audio: unknown; video: unknown; isScreen: boolean } = {
    audio: null,
    video: null,
    isScreen: false,
  }
  isMuted = false
  readonly #listeners = new Set<{ event: string; listener: (...args: never[]) => void }>()

  get listeners(): number {
    return this.#listeners.size
  }

  on<Name extends keyof CallEvents>(
    event: Name,
    listener: (...args: CallEvents[Name]) => void,
  ): () => void {
    const entry = { event, listener: listener as unknown as (...args: never[]) => void }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  emit<Name extends keyof CallEvents>(event: Name, ...args: CallEvents[Name]): void {
    for (const entry of this.#listeners) {
      if (entry.event === event) entry.listener(...(args as unknown as never[]))
    }
  }

  /** Goes to a state, as the real call does by itself. */
  go(state: CallState): void {
    this.state = state
    this.emit('state', state)
  }

  join({ wait = false }: { wait?: boolean } = {}): void {
    this.requests.push(wait ? 'join and wait' : 'join')
    this.go({ name: 'joining' })
  }

  setTrack(
    kind: CaptureKind,
    track: MediaStreamTrack | null,
    { screen = false }: { screen?: boolean } = {},
  ): Promise<void> {
    this.sent[kind] = track
    if (kind === 'video') this.sent.isScreen = screen
    return Promise.resolve()
  }

  admit(guest: string, isAdmitted: boolean): void {
    this.requests.push(`${isAdmitted ? 'let in' : 'not now'} ${guest}`)
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted
  }

  setName(name: string): void {
    this.requests.push(`name ${name}`)
  }

  sendChat(text: string): void {
    this.emit('chat', { from: 'self', name: '', text, at: 0, isSealed: true })
  }

  setConsent(purpose: CapturePurpose, isGiven: boolean): void {
    this.requests.push(`${isGiven ? 'agree to' : 'not'} ${purpose}`)
  }

  startCapture(purpose: CapturePurpose, options?: LiveOptions): void {
    this.requests.push(['start', purpose, options?.layout].filter(Boolean).join(' '))
  }

  stopCapture(purpose: CapturePurpose): void {
    this.requests.push(`stop ${purpose}`)
  }

  /** Something is agreed on, taken back, on or over. */
  changeCapture(info: Partial<CaptureInfo>): void {
    this.capture = { ...this.capture, ...info }
    this.emit('capture', this.capture)
  }

  moveMedia(via: 'direct' | 'server'): void {
    this.requests.push(`move ${via}`)
  }

  /** The media goes another way. */
  move(info: Partial<MediaPathInfo>): void {
    this.mediaPath = { ...this.mediaPath, ...info }
    this.emit('mediapath', this.mediaPath)
  }

  restartIce(): void {
    this.requests.push('restart')
  }

  continueUnverified(): void {
    this.requests.push('continue')
  }

  goDirect(): void {
    this.requests.push('go direct')
  }

  leave(): void {
    this.go({ name: 'ended', reason: 'left' })
  }

  close(): void {
    this.requests.push('close')
  }

  descriptions() {
    return { local: null, remote: null }
  }

  sample(): Promise<PathReport | null> {
    this.requests.push('sample')
    return Promise.resolve(this.report)
  }
}

/** A fake where the browser's own type is asked for. */
function asTrack(track: FakeTrack): MediaStreamTrack {
  return track as unknown as MediaStreamTrack
}

/** Lets everything that is already decided happen. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
