import { cleanDisplayName, isCastSecret } from '@duet/protocol'
import type { Clock } from '@duet/base'
import type { CastTokens } from '../../casts/tokens.ts'
import { Login } from './login.ts'
import type { MemberContext } from './member.ts'
import { Sender } from './sender.ts'
import type { Saying } from './translate.ts'
import { Tv } from './tv.ts'
import { pooledIceConfig, tvCommandError, type Variant, type Word } from './words.ts'

export interface ClientOptions {
  context: MemberContext
  tokens: CastTokens
  clock: Clock
  say: (words: Word[]) => void
  disconnect: () => void
  /** It is gone, and has no seat any more. */
  onClosed: () => void
}

/** What a TV said of itself. */
interface TvClaim {
  variant: Variant
  /** What it shows its code by; undefined: it has nothing of that kind. */
  secret: string | undefined
  code: unknown
  name: string
}

/** Longest name of a device, in UTF-16 units. */
const MAX_DEVICE_LENGTH = 128

/** One Socket.IO socket: a TV, a sender, or nobody yet. */
export class Client {
  readonly #options: ClientOptions
  readonly #login: Login
  #role: Tv | Sender | undefined
  #isConfigDue = false

  constructor(options: ClientOptions) {
    this.#options = options
    const { clock, tokens } = options
    this.#login = new Login({
      tokens,
      clock,
      onVerified: ({ name }) => {
        this.#say([['VERIFY_RESPONCE', { code: 200, msg: `Welcome, ${name}` }]])
        if (this.#isConfigDue) this.handleConfig()
      },
      onRefused: (msg) => {
        this.#say([['VERIFY_RESPONCE', { code: 403, msg, config: null }]])
        options.disconnect()
      },
    })
  }

  /** A: nothing, a token, or the code that it had. */
  handleTvInit(said: unknown): void {
    const box = boxOf(said)
    const token = typeof said === 'string' ? said : box['token']
    const secret = isCastSecret(token) ? `A ${token}` : undefined
    this.#becomeTv({ variant: 'A', secret, code: box['code'], name: '' })
  }

  /** B: nothing, or a token and a code. */
  handleTvRegister(said: unknown): void {
    const { token, code } = boxOf(said)
    const secret = isCastSecret(token) ? `B ${token}` : undefined
    this.#becomeTv({ variant: 'B', secret, code, name: '' })
  }

  /** C: which device it is, and its token. */
  handleTvGetInfo(said: unknown): void {
    const { token, code } = boxOf(said)
    const shown = this.#options.tokens.read(token)
    const holder = shown ?? this.#login.holder
    if (!holder) {
      this.#say(tvCommandError('This token is not valid.'))
      this.#options.disconnect()
      return
    }
    this.#login.admit(holder)
    if (this.#isConfigDue) this.handleConfig()
    // One token serves many devices, which are told apart by their codes.
    const device = textOf(code)
    const hasSecret = shown !== undefined && device.length <= MAX_DEVICE_LENGTH
    const secret = hasSecret ? `C ${String(token)} ${device}` : undefined
    this.#becomeTv({ variant: 'C', secret, code, name: holder.name })
  }

  handleJoinRoom(code: unknown): void {
    this.#becomeSender('A', { code, name: '' })
  }

  handleConnectToTv(said: unknown): void {
    const { username, projCode } = boxOf(said)
    const variant = this.#login.holder ? 'C' : 'B'
    this.#becomeSender(variant, { code: projCode, name: cleanDisplayName(textOf(username)) })
  }

  /** C: its token. */
  handleVerifyFeedback(token: unknown): void {
    this.#login.verify(token)
  }

  /** C asks for its configuration; it may do so before its token is judged. */
  handleConfig(): void {
    this.#login.expect()
    this.#isConfigDue = this.#login.holder === undefined
    if (this.#isConfigDue) return
    const config = pooledIceConfig(this.#options.context.iceServers())
    this.#say([['CONFIG_FEEDBACK', { config }]])
  }

  /** An offer, an answer or a candidate; before it is in a cast it is not heard. */
  hear(saying: Saying): void {
    this.#role?.hear(saying)
  }

  /** The socket is gone: isLost, not by its will. Idempotent. */
  close(isLost: boolean): void {
    this.#login.close()
    this.#role?.close(isLost)
    this.#role = undefined
    this.#options.onClosed()
  }

  /** The server goes away: nobody is told. Idempotent. */
  parentClosed(): void {
    this.#login.close()
    this.#role?.parentClosed()
    this.#role = undefined
    this.#options.onClosed()
  }

  #becomeTv({ variant, secret, code, name }: TvClaim): void {
    this.#role?.close(false)
    const { context } = this.#options
    const formerCode = typeof code === 'string' ? code : undefined
    this.#role = new Tv({ context, variant, secret, formerCode, name })
  }

  #becomeSender(variant: Variant, { code, name }: { code: unknown; name: string }): void {
    this.#role?.close(false)
    const sender = new Sender({
      context: this.#options.context,
      variant,
      code: textOf(code),
      name,
      onEnd: () => {
        if (this.#role === sender) this.#role = undefined
      },
    })
    this.#role = sender
    sender.join()
  }

  #say(words: Word[]): void {
    this.#options.say(words)
  }
}

/** The fields of a boxed argument; none, when it is something else. */
function boxOf(said: unknown): Record<string, unknown> {
  return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {}
}

/** Older clients send numbers, too. */
function textOf(said: unknown): string {
  return typeof said === 'string' || typeof said === 'number' ? String(said) : ''
}
