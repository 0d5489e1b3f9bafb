import type { UserId } from '@duet/rules'
import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import { AccountError } from './account-error.ts'

/**
 * argon2id with 32 MiB and two passes: 59 ms here, measured with
 * `bun -e "const p=Bun.password,o={algorithm:'argon2id',memoryCost:32768,timeCost:2};await p.hash('x',o);console.time();await p.hash('x',o);console.timeEnd()"`.
 * OWASP asks for 19 MiB and two passes at the least.
 */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 32 * 1024, timeCost: 2 } as const

/** Passwords that are worked on at once: each keeps a core and its memory busy. */
const MAX_AT_ONCE = 2

/** Passwords that wait or are worked on, in all and from one address group. */
const MAX_WAITING = { inAll: 64, perAddress: 16 }

/** The same for accounts on devices that know them: places that strangers can't take. */
const MAX_KNOWN_WAITING = { inAll: 16, perAddress: 4 }

const RETRY_AFTER_MS = 2000

/** Whose password it is. */
export interface Asker {
  address: string
  /** The account, where it is logged in or was on this device before. */
  known?: UserId | undefined
}

/** Makes and checks password hashes, a few at a time. Rejects with `busy` when too many wait. */
export class Passwords {
  readonly #waiting = new AddressCounter(MAX_WAITING)
  readonly #knownWaiting = new AddressCounter(MAX_KNOWN_WAITING)
  readonly #queue: (() => void)[] = []
  /** Comes first. */
  readonly #knownQueue: (() => void)[] = []
  #running = 0
  #nobodys: Promise<string> | undefined

  hash(password: string, asker: Asker): Promise<string> {
    return this.#run(asker, () => Bun.password.hash(prepared(password), ARGON2ID))
  }

  /** Takes as long for an account that is not there (`hash` undefined), and is false then. */
  verify(password: string, hash: string | undefined, asker: Asker): Promise<boolean> {
    return this.#run(asker, async () => {
      // Made for known names as well: whoever comes first waits for it.
      const nobodys = await (this.#nobodys ??= Bun.password.hash(crypto.randomUUID(), ARGON2ID))
      const isRight = await Bun.password.verify(prepared(password), hash ?? nobodys)
      return isRight && hash !== undefined
    })
  }

  async #run<Result>(asker: Asker, work: () => Promise<Result>): Promise<Result> {
    const { address, known } = asker
    const waiting = known === undefined ? this.#waiting : this.#knownWaiting
    const queue = known === undefined ? this.#queue : this.#knownQueue
    const group = known === undefined ? addressGroup(address) : String(known)
    if (!waiting.admit(group)) {
      throw new AccountError('busy', 'Too many passwords are being checked.', RETRY_AFTER_MS)
    }
    try {
      // Whoever is done hands its place over, so that nobody new overtakes those who wait.
      if (this.#running < MAX_AT_ONCE) this.#running++
      else await new Promise<void>((resolve) => queue.push(resolve))
      try {
        return await work()
      } finally {
        const next = this.#knownQueue.shift() ?? this.#queue.shift()
        if (next) next()
        else this.#running--
      }
    } finally {
      waiting.release(group)
    }
  }
}

/** The same password from every keyboard (RFC 8265 §4.2.2). */
function prepared(password: string): string {
  return password.normalize('NFC')
}
