import type { Admit, Peer } from '@duet/protocol'
import type { RoomGuest } from './call-state.ts'

export interface GuestsOptions {
  send: (request: Admit) => void
  onChange: (guests: readonly RoomGuest[]) => void
}

/** Who knocks at a room, as its owner is told. */
export class Guests {
  readonly #options: GuestsOptions
  #list: readonly RoomGuest[] = []

  constructor(options: GuestsOptions) {
    this.#options = options
  }

  get list(): readonly RoomGuest[] {
    return this.#list
  }

  /** Lets a guest in, or does not; the owner's answer. */
  admit(peer: string, isAdmitted: boolean): void {
    this.#options.send({ type: 'admit', peer, isAdmitted })
  }

  /** Somebody knocks; once more with the same id: the same one. */
  add({ id, name }: Peer): void {
    this.#set([...this.#without(id), { id, name }])
  }

  /** One who knocked was answered, or is gone. */
  remove(id: string): void {
    this.#set(this.#without(id))
  }

  clear(): void {
    this.#set([])
  }

  #without(id: string): RoomGuest[] {
    return this.#list.filter((guest) => guest.id !== id)
  }

  #set(list: readonly RoomGuest[]): void {
    if (list.length === 0 && this.#list.length === 0) return
    this.#list = list
    this.#options.onChange(list)
  }
}
