import type { Notice } from '@duet/rules'
import { Member, type MemberContext } from './member.ts'
import { toSaying, type Saying } from './translate.ts'
import {
  candidateWord,
  SENDER_WORDS,
  type EntryRefusal,
  type SenderWords,
  type TvEnd,
  type Variant,
} from './words.ts'

export interface SenderOptions {
  context: MemberContext
  variant: Variant
  /** As it was typed. */
  code: string
  /** What the TV may show. */
  name: string
  /** It is in no cast any more. */
  onEnd: () => void
}

/** A client that entered a code. */
export class Sender {
  readonly #options: SenderOptions
  readonly #words: SenderWords
  #code = ''
  #member: Member | undefined

  constructor(options: SenderOptions) {
    this.#options = options
    this.#words = SENDER_WORDS[options.variant]
  }

  /** Asks for the seat, once. */
  join(): void {
    const { code, context, name } = this.#options
    const place = context.casts.sender(code, context.address)
    if ('refusal' in place) return this.#refuse(place.refusal)
    this.#code = place.code
    this.#member = new Member({
      context,
      place,
      name,
      onNotice: (notice) => this.#onNotice(notice),
    })
    this.#member.join()
  }

  /** It said an offer, or a candidate. */
  hear(saying: Saying): void {
    if (saying.kind !== 'answer') this.#member?.signal(saying)
  }

  /** Idempotent. */
  close(isLost: boolean): void {
    this.#member?.close(isLost)
  }

  /** Idempotent. */
  parentClosed(): void {
    this.#member?.parentClosed()
  }

  #onNotice(notice: Notice): void {
    const { context } = this.#options
    switch (notice.type) {
      case 'joined':
        context.say(this.#words.entered(this.#code, context.iceServers()))
        break
      case 'full':
        this.#refuse('busy')
        break
      case 'refused':
        if (notice.code === 'no-such-cast') context.casts.wasWrong(context.address)
        if (notice.code === 'no-such-cast' || notice.code === 'cast-over') this.#refuse(notice.code)
        break
      // Their pages make no other offer, so they end with the TV that they knew.
      case 'peer-left':
        this.#end(notice.reason)
        break
      case 'dismissed':
        this.#end('stopped')
        break
      case 'signal':
        this.#tell(toSaying(notice.signal))
        break
      default:
        break
    }
  }

  #refuse(reason: EntryRefusal): void {
    this.#options.context.say(this.#words.refused(reason))
    this.close(false)
    this.#options.onEnd()
  }

  #end(reason: TvEnd): void {
    this.#options.context.say(this.#words.tvGone(reason))
    this.close(false)
    this.#options.onEnd()
  }

  #tell(saying: Saying | undefined): void {
    if (saying?.kind === 'answer') this.#options.context.say(this.#words.answer(saying.data))
    if (saying?.kind === 'candidate') this.#options.context.say([candidateWord(saying.data)])
  }
}
