import type { Notice } from '@duet/rules'
import type { CastPlace } from '../../casts/casts.ts'
import { Member, type MemberContext } from './member.ts'
import { toSaying, type Saying } from './translate.ts'
import { candidateWord, TV_WORDS, type TvWords, type Variant } from './words.ts'

export interface TvOptions {
  context: MemberContext
  variant: Variant
  /** What it shows its code by; undefined: it has nothing of that kind. */
  secret: string | undefined
  /** The code that it asks for. */
  formerCode: string | undefined
  /** What senders may see. */
  name: string
}

/** A client that shows a code. */
export class Tv {
  readonly #options: TvOptions
  readonly #words: TvWords
  #code = ''
  #member: Member | undefined
  /** What the sender there is called; undefined: nobody is there. */
  #sender: string | undefined

  constructor(options: TvOptions) {
    this.#options = options
    this.#words = TV_WORDS[options.variant]
    this.#open(options.secret)
  }

  /** It said an answer, or a candidate. */
  hear(saying: Saying): void {
    if (saying.kind !== 'offer') this.#member?.signal(saying)
  }

  /** Idempotent. */
  close(isLost: boolean): void {
    this.#member?.close(isLost)
  }

  /** Idempotent. */
  parentClosed(): void {
    this.#member?.parentClosed()
  }

  #open(secret: string | undefined): void {
    const { context, formerCode = '', name } = this.#options
    const { address, casts } = context
    const place: CastPlace | { refusal: string } =
      (secret === undefined ? casts.formerReceiver(formerCode, address) : undefined) ??
      casts.receiver(secret, address)
    if ('refusal' in place) return context.say(this.#words.refused())
    this.#code = place.code
    this.#member = new Member({
      context,
      place,
      name,
      onNotice: (notice) => this.#onNotice(notice),
    })
    this.#member.join()
  }

  #onNotice(notice: Notice): void {
    const { say } = this.#options.context
    switch (notice.type) {
      case 'joined':
        say(this.#words.opened(this.#code, this.#options.context.iceServers(), this.#options.name))
        for (const { peer } of notice.peers) this.#greet(peer.name)
        break
      case 'refused':
        // What is over a rate, or late, is not answered; but a TV without a code asks for another.
        if (notice.code === 'code-taken') this.#openAnother()
        break
      case 'dismissed':
        this.#openAnother()
        break
      case 'peer-joined':
        this.#greet(notice.peer.name)
        break
      case 'peer-left':
        say(this.#words.senderGone(this.#sender ?? ''))
        this.#sender = undefined
        break
      case 'signal':
        this.#tell(toSaying(notice.signal))
        break
      default:
        break
    }
  }

  /** Its secret belongs to another TV, or another page of its own. */
  #openAnother(): void {
    this.#member?.close(false)
    this.#member = undefined
    this.#open(undefined)
  }

  #greet(name: string): void {
    this.#sender = name
    this.#options.context.say(this.#words.senderCame(name))
  }

  #tell(saying: Saying | undefined): void {
    if (saying?.kind === 'offer') this.#options.context.say(this.#words.offer(saying.data))
    if (saying?.kind === 'candidate') this.#options.context.say([candidateWord(saying.data)])
  }
}
