import type {
  PhoneEvents,
  PhoneState,
  SafetyPhrase,
  UserCallEvents,
  UserCallState,
} from '@duet/client'
import type { CallId, CallMedia, PersonInfo, UserId } from '@duet/protocol'
import { signal } from '@preact/signals'
import type { CallFigures } from '../state/ringing/figure-log.ts'
import type {
  NotificationPress,
  PhonePort,
  RingingPorts,
  RingSound,
  UserCallPort,
} from '../state/ringing/ports.ts'
import type { CaptureKind } from '../state/ports.ts'
import { FakeCall } from './fakes.ts'
import { Listeners } from './listeners.ts'

export const CALL_ID: CallId = '0123456789abcdef0123456789abcdef'

/** A call between users that does what the test says, and remembers what it was asked for. */
export class FakeUserCall {
  readonly peer: UserId = 2
  id: CallId | null = CALL_ID
  readonly direction: 'in' | 'out'
  readonly media: CallMedia
  state: UserCallState
  leg: FakeCall | null = null
  phrase: SafetyPhrase | null = null
  readonly requests: string[] = []
  readonly sent: Record<CaptureKind, unknown> = { audio: null, video: null }
  readonly listeners = new Listeners<UserCallEvents>()

  constructor(direction: 'in' | 'out', media: CallMedia = 'video') {
    this.direction = direction
    this.media = media
    this.state =
      direction === 'out' ? { name: 'placing' } : { name: 'incoming', isAccepting: false }
  }

  get isOver(): boolean {
    return this.state.name === 'ended'
  }

  on<Name extends keyof UserCallEvents>(
    event: Name,
    listener: (...args: UserCallEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(event, listener)
  }

  go(state: UserCallState): void {
    this.state = state
    this.listeners.emit('state', state)
  }

  /** Accepted: the leg that carries it is there, connected while it rang. */
  talk(leg = new FakeCall()): FakeCall {
    leg.state = { name: 'connected' }
    leg.peer = { name: '', isAway: false, media: null }
    this.leg = leg
    this.listeners.emit('leg', leg as unknown as UserCallPort['leg'])
    this.go({ name: 'talking' })
    return leg
  }

  tellRinging(): void {
    this.requests.push('ringing')
  }

  accept(): void {
    this.requests.push('accept')
    this.go({ name: 'incoming', isAccepting: true })
  }

  decline(text?: string): void {
    this.requests.push(text === undefined ? 'decline' : `decline: ${text}`)
    this.go({ name: 'ended', reason: 'declined' })
  }

  end(): void {
    this.requests.push('end')
    const wasTalking = this.state.name === 'talking'
    this.leg = null
    this.listeners.emit('leg', null)
    this.go({ name: 'ended', reason: wasTalking ? 'hung-up' : 'cancelled' })
  }

  setTrack(kind: CaptureKind, track: MediaStreamTrack | null): Promise<void> {
    this.sent[kind] = track
    return Promise.resolve()
  }

  setMuted(): void {}
}

/** Where a fake stands in for the SDK's own class. */
function asUserCall(call: FakeUserCall): UserCallPort {
  return call as unknown as UserCallPort
}

/** A phone without a server. */
export class FakePhone {
  state: PhoneState = { name: 'attending' }
  self = { id: 1, name: 'ann', displayName: 'Ann', doNotDisturb: false }
  people: readonly PersonInfo[] = [
    {
      id: 2,
      name: 'ben',
      displayName: 'Ben',
      presence: 'online',
      lastSeenAt: null,
      contact: 'none',
      isBlocked: false,
      unread: 0,
    },
  ]
  call: UserCallPort | null = null
  readonly placed: FakeUserCall[] = []
  readonly listeners = new Listeners<PhoneEvents>()

  on<Name extends keyof PhoneEvents>(
    event: Name,
    listener: (...args: PhoneEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(event, listener)
  }

  place(_to: UserId, media: CallMedia): UserCallPort {
    const call = new FakeUserCall('out', media)
    this.placed.push(call)
    this.listeners.emit('call', asUserCall(call) as PhoneEvents['call'][0])
    return asUserCall(call)
  }

  /** Somebody calls. */
  ring(media: CallMedia = 'video'): FakeUserCall {
    const call = new FakeUserCall('in', media)
    this.listeners.emit('call', asUserCall(call) as PhoneEvents['call'][0])
    return call
  }
}

export function asPhone(phone: FakePhone): PhonePort {
  return phone as unknown as PhonePort
}

/** Hears, feels and sees ringing. */
export class FakeRinging implements RingingPorts {
  readonly isUnlocked = signal(true)
  readonly playing = new Set<'ring' | 'ringback'>()
  readonly shakes: number[][] = []
  readonly titles = new Set<string>()
  readonly reports: { call: CallId; figures: CallFigures }[] = []
  visible = true
  press: (press: NotificationPress) => void = () => {}
  #seen: () => void = () => {}

  readonly sound: RingSound = {
    isUnlocked: this.isUnlocked,
    unlock: () => Promise.resolve(true),
    ring: () => this.#play('ring'),
    ringback: () => this.#play('ringback'),
  }

  vibrate(pattern: number[]): void {
    this.shakes.push(pattern)
  }

  flashTitle: RingingPorts['flashTitle'] = (title) => {
    const text = title.peek()
    this.titles.add(text)
    return () => this.titles.delete(text)
  }

  keepAwake(): () => void {
    return () => {}
  }

  isVisible(): boolean {
    return this.visible
  }

  onVisible(listener: () => void): () => void {
    this.#seen = listener
    return () => (this.#seen = () => {})
  }

  onNotificationPress(listener: (press: NotificationPress) => void): () => void {
    this.press = listener
    return () => (this.press = () => {})
  }

  report(call: CallId, figures: CallFigures): void {
    this.reports.push({ call, figures })
  }

  show(): void {
    this.visible = true
    this.#seen()
  }

  #play(what: 'ring' | 'ringback'): () => void {
    this.playing.add(what)
    return () => this.playing.delete(what)
  }
}
