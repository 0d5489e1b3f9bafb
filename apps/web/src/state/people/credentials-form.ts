import { computed, signal, type ReadonlySignal } from '@preact/signals'
import { normalizeUserName } from '@duet/protocol'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import type { Credentials } from './api-types.ts'
import { Submission } from './submission.ts'

/** As the server asks for; it has the last word. */
const MIN_PASSWORD_LENGTH = 8
const MAX_PASSWORD_LENGTH = 256

/** Which field a fault belongs to; `form`: to none. */
export type FaultPlace = 'name' | 'password' | 'form'

/** A user name and a password, and what is wrong with them. */
export class CredentialsForm {
  readonly name = signal('')
  readonly password = signal('')
  readonly displayName = signal('')
  readonly submission = new Submission()
  readonly faultPlace: ReadonlySignal<FaultPlace>

  /** `fault`: what was wrong before the page was opened. */
  constructor(fault: ApiFault | null = null) {
    if (fault) this.submission.refuse(fault)
    this.faultPlace = computed(() => placeOf(this.submission.fault.value))
  }

  /** To log in: what was typed, as far as it can be right at all. */
  forLogin(): Credentials | undefined {
    if (!this.#checkName()) return undefined
    if (this.password.peek() !== '') return this.#credentials()
    this.submission.refuse({ code: 'wrong-credentials' })
    return undefined
  }

  /** To make an account. */
  forRegistration(): Credentials | undefined {
    if (!this.#checkName()) return undefined
    if (!isStrong(this.password.peek(), this.name.peek())) {
      this.submission.refuse({ code: 'weak-password' })
      return undefined
    }
    return this.#credentials()
  }

  /** A field was changed: what was said of it is over. */
  type(field: 'name' | 'password' | 'displayName', text: string): void {
    this[field].value = text
    if (!this.submission.isBusy.peek()) this.submission.clear()
  }

  #checkName(): boolean {
    const result = normalizeUserName(this.name.peek())
    if (result.ok) return true
    this.submission.refuse({ code: 'bad-user-name', detail: result.fault })
    return false
  }

  #credentials(): Credentials {
    const displayName = this.displayName.peek().trim()
    return {
      name: this.name.peek(),
      password: this.password.peek(),
      ...(displayName && { displayName }),
    }
  }
}

/** Whether the server would take this password. */
export function isStrong(password: string, name: string): boolean {
  const { length } = Array.from(password)
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) return false
  return password.trim().toLowerCase() !== name.trim().toLowerCase()
}

function placeOf(fault: ApiFault | null): FaultPlace {
  if (fault?.code === 'bad-user-name' || fault?.code === 'name-taken') return 'name'
  if (fault?.code === 'weak-password') return 'password'
  return 'form'
}
