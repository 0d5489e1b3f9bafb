import { signal } from '@preact/signals'
import { createRoomLink, roomUrl } from '@duet/client'
import { linkOrigin, type ServerAddresses } from '../addresses.ts'
import type { Memory } from '../ports.ts'
import type { ApiClient } from './api-client.ts'
import type { OpenedRoom } from './api-types.ts'
import { Loaded } from './loaded.ts'
import { RoomKeys } from './room-keys.ts'
import { Submission } from './submission.ts'

export interface RoomsOptions {
  api: ApiClient
  memory: Memory
  origin: string
  addresses: ServerAddresses
}

/** Whether a room can be entered now. */
export type RoomValidity = 'open' | 'not-yet' | 'over'

/** Rooms that this user opened: links with a waiting room, or for a certain time. */
export class RoomsModel {
  readonly rooms: Loaded<{ rooms: OpenedRoom[] }>
  readonly opening = new Submission()
  readonly closing = new Submission()
  readonly hasWaitingRoom = signal(true)
  /** As a `datetime-local` field has it: local time without a zone; empty: no limit. */
  readonly from = signal('')
  readonly until = signal('')
  readonly #options: RoomsOptions
  readonly #keys: RoomKeys

  constructor(options: RoomsOptions) {
    this.#options = options
    this.#keys = new RoomKeys(options.memory)
    this.rooms = new Loaded(() => options.api.rooms())
  }

  /** Opens a room with a new link. The server gets its name only: the key stays in this browser. */
  async open(): Promise<void> {
    const { api, origin } = this.#options
    const validFrom = timeOf(this.from.peek())
    const validUntil = timeOf(this.until.peek())
    if (validFrom !== null && validUntil !== null && validUntil <= validFrom) {
      return this.opening.refuse({ code: 'bad-validity' })
    }
    const { room: name, key } = createRoomLink(origin)
    const done = await this.opening.run(() =>
      api.openRoom({ name, hasWaitingRoom: this.hasWaitingRoom.peek(), validFrom, validUntil }),
    )
    if (!done) return
    this.#keys.keep(name, key)
    this.rooms.update(({ rooms }) => ({ rooms: [done.value.room, ...rooms] }))
  }

  /** Resolves with whether the room is closed. */
  async close(name: string): Promise<boolean> {
    const done = await this.closing.run(() => this.#options.api.closeRoom(name))
    if (!done) return false
    this.#keys.forget(name)
    this.rooms.update(({ rooms }) => ({ rooms: rooms.filter((room) => room.name !== name) }))
    return true
  }

  /** The link to send, as far as this browser knows its key. */
  linkOf({ name }: OpenedRoom): { url: string; hasKey: boolean } {
    const { origin, addresses } = this.#options
    const key = this.#keys.get(name)
    const url = roomUrl(linkOrigin(origin, addresses), name, key)
    return { url, hasKey: key !== undefined }
  }
}

export function validityOf({ validFrom, validUntil }: OpenedRoom, now: number): RoomValidity {
  if (validFrom !== null && now < validFrom) return 'not-yet'
  return validUntil !== null && now > validUntil ? 'over' : 'open'
}

function timeOf(field: string): number | null {
  const time = field === '' ? Number.NaN : new Date(field).getTime()
  return Number.isNaN(time) ? null : time
}
