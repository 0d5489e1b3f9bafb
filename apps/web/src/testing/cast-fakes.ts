import type {
  CastSenderEvents,
  CastSenderOptions,
  CastSenderState,
  CastSource,
  PathReport,
  PictureMode,
  SafetyPhrase,
} from '@duet/client'
import type { CastSenderPort } from '../state/cast/ports.ts'
import { Listeners } from './listeners.ts'

/** A sender that does what the test says, and remembers what it was asked for. */
export class FakeCastSender implements CastSenderPort {
  readonly code: string
  readonly name: string
  state: CastSenderState = { name: 'idle' }
  receiverName = ''
  mode: PictureMode = 'text'
  phrase: SafetyPhrase | null = null
  signaling: CastSenderPort['signaling'] = 'online'
  source: CastSource | undefined
  path: PathReport['mode'] = null
  readonly requests: string[] = []
  readonly listeners = new Listeners<CastSenderEvents>()

  constructor({ code, name = '' }: CastSenderOptions) {
    this.code = code
    this.name = name
  }

  on<Name extends keyof CastSenderEvents>(
    event: Name,
    listener: (...args: CastSenderEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(event, listener)
  }

  /** Goes to a state, as the real sender does by itself. */
  go(state: CastSenderState): void {
    this.state = state
    this.listeners.emit('state', state)
  }

  /** The server says that the TV is there. */
  answer(receiverName = ''): void {
    this.receiverName = receiverName
    this.go(this.source ? { name: 'showing', isConnected: false } : { name: 'ready' })
  }

  open(): void {
    this.requests.push('open')
    if (['idle', 'busy', 'ended', 'failed'].includes(this.state.name)) this.go({ name: 'entering' })
  }

  show(source: CastSource, mode: PictureMode = this.mode): Promise<void> {
    this.requests.push(`show ${mode}`)
    this.source = source
    this.mode = mode
    if (this.state.name === 'ready') this.go({ name: 'showing', isConnected: false })
    return Promise.resolve()
  }

  setMode(mode: PictureMode): Promise<void> {
    this.requests.push(`mode ${mode}`)
    this.mode = mode
    return Promise.resolve()
  }

  pause(): Promise<void> {
    this.requests.push('pause')
    this.go({ name: 'paused' })
    return Promise.resolve()
  }

  resume(): Promise<void> {
    this.requests.push('resume')
    this.go({ name: 'showing', isConnected: true })
    return Promise.resolve()
  }

  sample(): Promise<PathReport | null> {
    const report = { mode: this.path } satisfies Partial<PathReport>
    return Promise.resolve(report as PathReport)
  }

  stop(): void {
    this.requests.push('stop')
    this.source = undefined
    if (!['idle', 'ended', 'failed'].includes(this.state.name)) {
      this.go({ name: 'ended', reason: 'stopped' })
    }
  }

  close(): void {
    this.requests.push('close')
  }
}
