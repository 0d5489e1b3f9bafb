import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import { AccountError } from './account-error.ts'
import { WrongTries } from './wrong-tries.ts'

/** Wrong tries from one address, whatever the names: an office behind one address mistypes, too. */
const PER_ADDRESS = { perSecond: 1 / 10, burst: 30 }

/** Wrong tries at one account from everywhere. Past these each address has one try at a time. */
const PER_ACCOUNT = { perSecond: 1 / 10, burst: 60 }

/**
 * Tries at one account that is under attack, from all addresses: somebody with no end of addresses,
 * or who lies to a trusting server about its own, gets so many.
 */
const UNDER_ATTACK = { perSecond: 1, burst: 300 }

/** Wrong tries of a device at an account that it was logged in to before. */
const PER_DEVICE = { perSecond: 1 / 60, burst: 10 }

/** Who tries which account. */
export interface Try {
  /** As it was asked for, in its one form. */
  name: string
  address: string
  /** A device that was logged in to this account before. */
  device: { user: UserId; id: string } | undefined
}

/** A try that is let through, and counts as wrong until it is known to be right. */
export interface AdmittedTry {
  /** It was right. */
  succeeded(): void
  /** It was not judged. */
  withdraw(): void
}

/**
 * Slows down who guesses passwords, and locks nobody out: a device that was logged in to the
 * account before has a budget of its own, whatever strangers do. An address that did not try this
 * account yet has a try even while many others do, up to the flood of `UNDER_ATTACK`.
 */
export class Guesses {
  readonly #addresses: BoundedBuckets
  readonly #accounts: BoundedBuckets
  readonly #attacked: BoundedBuckets
  readonly #devices: BoundedBuckets
  readonly #pairs: WrongTries

  constructor(clock: Clock) {
    this.#addresses = new BoundedBuckets(PER_ADDRESS, clock)
    this.#accounts = new BoundedBuckets(PER_ACCOUNT, clock)
    this.#attacked = new BoundedBuckets(UNDER_ATTACK, clock)
    this.#devices = new BoundedBuckets(PER_DEVICE, clock)
    this.#pairs = new WrongTries(clock)
  }

  /** Lets a try through, or throws `rate-limited`. */
  admit({ name, address, device }: Try): AdmittedTry {
    if (device) return this.#admitKnown(`${device.user} ${device.id}`)
    const group = addressGroup(address)
    const pair = `${group} ${name}`
    const waitMs = this.#pairs.waitMs(pair)
    if (waitMs > 0) throw tooMany(waitMs)
    if (!this.#addresses.take(group)) throw tooMany(this.#addresses.refillMs)
    const isUnderAttack = !this.#accounts.take(name)
    if (isUnderAttack && !this.#attacked.take(name)) throw tooMany(this.#attacked.refillMs)
    this.#pairs.add(pair, isUnderAttack)
    const giveBack = (): void => {
      this.#addresses.giveBack(group)
      if (isUnderAttack) this.#attacked.giveBack(name)
      else this.#accounts.giveBack(name)
    }
    return {
      succeeded: () => {
        this.#pairs.delete(pair)
        giveBack()
      },
      withdraw: () => {
        this.#pairs.undo(pair)
        giveBack()
      },
    }
  }

  /** The same for the password of somebody who is logged in already. */
  admitAgain(user: UserId, loginId: number): AdmittedTry {
    return this.#admitKnown(`${user} login ${loginId}`)
  }

  #admitKnown(key: string): AdmittedTry {
    if (!this.#devices.take(key)) throw tooMany(this.#devices.refillMs)
    const giveBack = (): void => this.#devices.giveBack(key)
    return { succeeded: giveBack, withdraw: giveBack }
  }
}

function tooMany(retryAfterMs: number): AccountError {
  return new AccountError('rate-limited', 'Too many wrong passwords.', retryAfterMs)
}
