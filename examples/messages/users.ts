import { element } from '../page/element.ts'
import type { User } from './account.ts'

export interface UserListOptions {
  /** The word on each button. */
  call: string
  onCall: (user: User) => void
}

/** Who else is online, with a button to call each. */
export class UserList {
  readonly #options: UserListOptions
  readonly #users = new Map<number, User>()
  #mayCall = true

  constructor(options: UserListOptions) {
    this.#options = options
  }

  /** Everybody else who is online. */
  set(users: readonly User[]): void {
    this.#users.clear()
    for (const user of users) this.#users.set(user.id, user)
    this.#show()
  }

  add(user: User): void {
    this.#users.set(user.id, user)
    this.#show()
  }

  remove(id: number): void {
    this.#users.delete(id)
    this.#show()
  }

  nameOf(id: number): string {
    return this.#users.get(id)?.username ?? String(id)
  }

  /** Whether the buttons can be pressed. */
  set mayCall(mayCall: boolean) {
    this.#mayCall = mayCall
    this.#show()
  }

  #show(): void {
    const users = Array.from(this.#users.values())
    element('users', HTMLUListElement).replaceChildren(...users.map((user) => this.#item(user)))
    element('nobody-online', HTMLElement).hidden = users.length > 0
  }

  #item(user: User): HTMLLIElement {
    const { call, onCall } = this.#options
    const item = document.createElement('li')
    item.dataset['testid'] = `user-${user.username}`
    item.dataset['presence'] = 'online'
    const name = document.createElement('span')
    name.className = 'name'
    name.textContent = user.username
    const button = document.createElement('button')
    button.className = 'secondary'
    button.type = 'button'
    button.textContent = call
    button.disabled = !this.#mayCall
    button.dataset['testid'] = `call-${user.username}`
    button.setAttribute('aria-label', `${call} ${user.username}`)
    button.addEventListener('click', () => onCall(user))
    item.append(name, button)
    return item
  }
}
