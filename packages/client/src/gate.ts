import type { Description, DescriptionSignal } from '@duet/protocol'
import type { Verification } from './call-state.ts'
import type { Keyring } from './keyring.ts'

/**
 * Decides whether a description of the peer may be used: nothing of it is, until its proof
 * is right or the person went on without. One for each peer.
 */
export class Gate {
  readonly #keyring: Keyring | undefined
  readonly #onVerification: (verification: Verification) => void
  #verification: Verification = { name: 'checking' }
  #isForced = false
  /** The peer showed a proof, right or wrong, or says that its link has a key. */
  #hasPeerKey = false

  constructor(keyring: Keyring | undefined, onVerification: (verification: Verification) => void) {
    this.#keyring = keyring
    this.#onVerification = onVerification
  }

  get verification(): Verification {
    return this.#verification
  }

  /** True when the person went on with a peer that showed no sign of a key. */
  get isPeerKeyless(): boolean {
    return this.#isForced && this.#keyring !== undefined && !this.#hasPeerKey
  }

  /** True when `signal` may be used; `offer` is the offer that an answer belongs to. */
  async admits(signal: DescriptionSignal, offer: Description | null): Promise<boolean> {
    if (signal.auth !== undefined) this.#seePeerKey()
    if (this.#isForced) return true
    const verification = await this.#judge(signal, offer)
    const isWrong = verification.name === 'mismatch'
    // What flows to a verified peer is not touched by a description that is not its own.
    if (isWrong && this.#verification.name === 'verified') return false
    this.#set(verification)
    return !isWrong
  }

  /** The peer could not verify this side, and waits for its person; `hasKey`: its link has one. */
  handleMismatch(hasKey: boolean): void {
    if (hasKey) this.#seePeerKey()
    if (this.#isForced) return
    if (hasKey)
      this.#set({ name: 'mismatch', fault: this.#keyring ? 'different' : 'own-key-missing' })
    else if (this.#keyring) this.#set({ name: 'mismatch', fault: 'peer-key-missing' })
  }

  /** The person goes on without a proof, after `mismatch`. */
  force(): void {
    if (this.#verification.name !== 'mismatch') return
    this.#isForced = true
    this.#set({ name: 'unverified' })
  }

  #seePeerKey(): void {
    const wasPeerKeyless = this.isPeerKeyless
    this.#hasPeerKey = true
    // The verification is the same; what it means for lines of text is not.
    if (wasPeerKeyless) this.#onVerification({ ...this.#verification })
  }

  async #judge(signal: DescriptionSignal, offer: Description | null): Promise<Verification> {
    const { auth } = signal
    if (!this.#keyring) {
      return auth === undefined
        ? { name: 'unverified' }
        : { name: 'mismatch', fault: 'own-key-missing' }
    }
    if (auth === undefined) return { name: 'mismatch', fault: 'peer-key-missing' }
    const isRight = await this.#keyring.verify(signal.description, offer, auth)
    return isRight ? { name: 'verified' } : { name: 'mismatch', fault: 'different' }
  }

  #set(verification: Verification): void {
    const isSame = JSON.stringify(this.#verification) === JSON.stringify(verification)
    this.#verification = verification
    if (!isSame) this.#onVerification(verification)
  }
}
