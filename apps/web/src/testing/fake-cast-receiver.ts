import type {
  CastReceiverEvents,
  CastReceiverState,
  PathReport,
  SafetyPhrase,
  SignalingState,
} from '@duet/client'
import type { CastReceiverPort } from '../state/cast/tv-model.ts'
import { Listeners } from './listeners.ts'

/** A receiver that does what the test says, and remembers what it was asked for. */
export class FakeCastReceiver implements CastReceiverPort {
  state: CastReceiverState = { name: 'opening' }
  code: string | null = null
  secret = 'first secret of this TV'
  senderName = ''
  remoteStream: MediaStream | null = null
  phrase: SafetyPhrase | null = null
  signaling: SignalingState = 'connecting'
  readonly requests: string[] = []
  readonly listeners = new Listeners<CastReceiverEvents>()

  on<Name extends keyof CastReceiverEvents>(
    event: Name,
    listener: (...args: CastReceiverEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(event, listener)
  }

  /** Goes to a state, as the real receiver does by itself. */
  go(state: CastReceiverState): void {
    this.state = state
    this.listeners.emit('state', state)
  }

  /** The server gives a code. */
  show(code: string): void {
    this.signaling = 'online'
    this.listeners.emit('signaling', 'online')
    this.code = code
    this.listeners.emit('code', code)
    this.go({ name: 'ready' })
  }

  /** Somebody enters the code, and shows something. */
  receive(name: string): void {
    this.senderName = name
    this.go({ name: 'connecting' })
    this.go({ name: 'showing' })
  }

  /** The sender is gone, in the order in which the real one says so. */
  lose(reason: CastReceiverEvents['sendergone'][0]): void {
    const name = this.senderName
    this.senderName = ''
    this.go({ name: 'ready' })
    this.listeners.emit('sendergone', reason, name)
  }

  open(): void {
    this.requests.push('open')
  }

  stop(): void {
    this.requests.push('stop')
  }

  renewCode(): void {
    this.requests.push('renew')
    this.secret = 'another secret of this TV'
    this.listeners.emit('secret', this.secret)
  }

  sample(): Promise<PathReport | null> {
    return Promise.resolve(null)
  }

  close(): void {
    this.requests.push('close')
  }
}
