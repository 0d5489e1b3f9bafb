import { SerialQueue } from '@duet/base'
import { toBase64Url } from './link.ts'
import { PHRASE_LENGTH, type SafetyPhrase } from './safety-phrase.ts'

/** Who made the first offer of a connection, and who answered it. */
export type PhraseRole = 'offerer' | 'answerer'

/** What one side knows of the connection: whose fingerprints it sees. */
export interface PhraseFacts {
  role: PhraseRole
  /** Fingerprint lines (docs/protocol.md, A1) of this side, and of the other as this one sees it. */
  own: string
  peer: string
}

export type PhraseMessage = { type: 'commit'; commit: string } | { type: 'reveal'; nonce: string }

export interface PhraseExchangeOptions {
  send: (message: PhraseMessage) => void
  onPhrase: (phrase: SafetyPhrase) => void
}

/** Nobody finds a second nonce for a commit. */
const NONCE_BYTES = 32

/** As base64url without padding: 256 bits. */
const TOKEN = /^[\w-]{43}$/

/**
 * Agrees on a phrase with the peer by commit and reveal (docs/protocol.md, D6 and D7). Each side
 * fixes its nonce before it sees the other's, so that somebody in between, who has to play both
 * sides with fingerprints of its own, can't search for nonces that give the same phrase twice.
 */
export class PhraseExchange {
  readonly #options: PhraseExchangeOptions
  readonly #queue = new SerialQueue()
  readonly #nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)))
  #facts: PhraseFacts | undefined
  #ownCommit: string | undefined
  #peerCommit: string | undefined
  #phrase: SafetyPhrase | null = null

  constructor(options: PhraseExchangeOptions) {
    this.#options = options
  }

  get phrase(): SafetyPhrase | null {
    return this.#phrase
  }

  /**
   * The channel is open. Later, after each negotiation: the fingerprints must be the same.
   * Resolves when that is settled.
   */
  setFacts(facts: PhraseFacts): Promise<void> {
    return this.#run(async () => {
      if (this.#facts) {
        const isSame = this.#facts.own === facts.own && this.#facts.peer === facts.peer
        if (!isSame) this.#settle({ name: 'failed' })
        return
      }
      this.#facts = facts
      this.#ownCommit = await commitTo(this.#nonce, facts)
      this.#options.send({ type: 'commit', commit: this.#ownCommit })
      this.#reveal()
    })
  }

  /** What the peer says; it is not trusted to keep to the order. Resolves when that is settled. */
  handle(message: PhraseMessage): Promise<void> {
    return this.#run(async () => {
      if (message.type === 'commit') this.#handleCommit(message.commit)
      else await this.#handleReveal(message.nonce)
    })
  }

  /** Says and tells nothing more. Idempotent. */
  close(): void {
    this.#queue.close()
  }

  #handleCommit(commit: string): void {
    // A second one would be a choice after the fact; our own sent back is nobody's.
    if (this.#peerCommit !== undefined || commit === this.#ownCommit) {
      return this.#settle({ name: 'failed' })
    }
    this.#peerCommit = commit
    this.#reveal()
  }

  /** Only now: the peer can't change its mind any more. */
  #reveal(): void {
    if (this.#ownCommit === undefined || this.#peerCommit === undefined) return
    if (!this.#phrase) this.#options.send({ type: 'reveal', nonce: this.#nonce })
  }

  async #handleReveal(nonce: string): Promise<void> {
    const facts = this.#facts
    if (!facts || this.#peerCommit === undefined || this.#phrase) {
      return this.#settle({ name: 'failed' })
    }
    const { own, peer, role } = facts
    const isOfferer = role === 'offerer'
    const peerRole = isOfferer ? 'answerer' : 'offerer'
    const expected = await commitTo(nonce, { role: peerRole, own: peer, peer: own })
    if (expected !== this.#peerCommit) return this.#settle({ name: 'failed' })
    const mine = { nonce: this.#nonce, fingerprints: own }
    const theirs = { nonce, fingerprints: peer }
    const indices = await (isOfferer ? phraseOf(mine, theirs) : phraseOf(theirs, mine))
    this.#settle({ name: 'agreed', indices })
  }

  /** What failed stays so: the person is not to be told otherwise later. */
  #settle(phrase: SafetyPhrase): void {
    if (this.#phrase?.name === 'failed') return
    this.#phrase = phrase
    this.#options.onPhrase(phrase)
  }

  /** In order; what cannot be computed is no phrase. */
  #run(task: () => Promise<void>): Promise<void> {
    return this.#queue.add(task).catch(() => undefined)
  }
}

/** The peer is not trusted: true when `message` has the form of one of these. */
export function isPhraseMessage(message: PhraseMessage): boolean {
  const token = message.type === 'commit' ? message.commit : message.nonce
  return typeof token === 'string' && TOKEN.test(token)
}

/** As the side with these facts commits to its nonce. */
function commitTo(nonce: string, { role, own, peer }: PhraseFacts): Promise<string> {
  return digest([role, nonce, own, peer]).then(toBase64Url)
}

interface Side {
  nonce: string
  fingerprints: string
}

async function phraseOf(offerer: Side, answerer: Side): Promise<number[]> {
  const { fingerprints, nonce } = offerer
  const bytes = await digest(['both', nonce, answerer.nonce, fingerprints, answerer.fingerprints])
  return [...bytes.subarray(0, PHRASE_LENGTH)]
}

async function digest(lines: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(['duet.v1 phrase', ...lines].join('\n'))
  return new Uint8Array(await crypto.subtle.digest('SHA-256', text))
}
