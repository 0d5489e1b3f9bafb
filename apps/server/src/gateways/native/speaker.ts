import type { Identify, Identity } from '../../accounts/identity.ts'
import type { RequestContext } from '../../front/socket.ts'
import type { SignOut } from '../../people/people.ts'

/**
 * asking: its cookie is being judged; logins that end meanwhile are remembered. known: as it was
 * judged. unknown: it could not be judged, and is asked again when somebody needs to know.
 */
type State =
  | { name: 'asking'; answer: Promise<void>; ended: SignOut[] }
  | { name: 'known'; identity: Identity | undefined }
  | { name: 'unknown' }

/** Who speaks on a connection, and in the session that began on it: the login of its cookie. */
export class Speaker {
  readonly #ask: () => ReturnType<Identify>
  #state: State

  constructor(identify: Identify | undefined, context: RequestContext) {
    this.#ask = () => identify?.(context)
    this.#state = { name: 'unknown' }
    // The answer is on its way while the client says hello.
    this.ready()?.catch(() => undefined)
  }

  /** Undefined: nobody is logged in, or it is not known yet. */
  get identity(): Identity | undefined {
    return this.#state.name === 'known' ? this.#state.identity : undefined
  }

  /** Undefined: it is known already who speaks. Rejects with a StoreError. */
  ready(): Promise<void> | undefined {
    if (this.#state.name === 'known') return undefined
    if (this.#state.name === 'asking') return this.#state.answer
    const asked = this.#ask()
    if (!asked) {
      this.#state = { name: 'known', identity: undefined }
      return undefined
    }
    const ended: SignOut[] = []
    const answer = asked.then(
      (identity) => {
        const isEnded = identity && ended.some((signOut) => isOf(signOut, identity))
        this.#state = { name: 'known', identity: isEnded ? undefined : identity }
      },
      (error: unknown) => {
        this.#state = { name: 'unknown' }
        throw error
      },
    )
    this.#state = { name: 'asking', answer, ended }
    return answer
  }

  /** Some logins ended: whether its own is one of them. */
  signsOut(signOut: SignOut): boolean {
    if (this.#state.name === 'asking') this.#state.ended.push(signOut)
    return this.identity !== undefined && isOf(signOut, this.identity)
  }
}

function isOf({ user, logins }: SignOut, identity: Identity): boolean {
  return identity.user.id === user && (!logins || logins.includes(identity.loginId))
}
