import { toDescription } from './descriptions.ts'
import { fingerprintsOf } from './keyring.ts'
import {
  PhraseExchange,
  type PhraseExchangeOptions,
  type PhraseMessage,
  type PhraseRole,
} from './phrase-exchange.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

export interface LinkPhraseOptions extends PhraseExchangeOptions {
  /** Links have a proof instead, and no phrase. */
  hasKey: boolean
}

/** The safety phrase of one peer connection, over the fingerprints that it really has. */
export class LinkPhrase {
  readonly #connection: RTCPeerConnection
  readonly #exchange: PhraseExchange | undefined

  constructor(connection: RTCPeerConnection, { hasKey, ...options }: LinkPhraseOptions) {
    this.#connection = connection
    // A page that is no secure context has no cryptography.
    const canHash = typeof crypto.subtle !== 'undefined'
    this.#exchange = canHash && !hasKey ? new PhraseExchange(options) : undefined
  }

  get phrase(): SafetyPhrase | null {
    return this.#exchange?.phrase ?? null
  }

  /** The data channel is open, or a description was applied on it. */
  compare(role: PhraseRole | undefined): void {
    const { localDescription, remoteDescription } = this.#connection
    if (!role || !localDescription || !remoteDescription) return
    const own = linesOf(localDescription)
    void this.#exchange?.setFacts({ role, own, peer: linesOf(remoteDescription) })
  }

  handle(message: PhraseMessage): void {
    void this.#exchange?.handle(message)
  }

  /** Idempotent. */
  close(): void {
    this.#exchange?.close()
  }
}

function linesOf(description: RTCSessionDescription): string {
  return fingerprintsOf(toDescription(description)).join(',')
}
