import type { UserId } from '@duet/rules'

/** Who is connected in this dialect: what other dialects have no word for goes this way. */
export class Roster<Device> {
  readonly #devices = new Map<UserId, Set<Device>>()

  /** Users who are connected. */
  get size(): number {
    return this.#devices.size
  }

  add(user: UserId, device: Device): void {
    const devices = this.#devices.get(user)
    if (devices) devices.add(device)
    else this.#devices.set(user, new Set([device]))
  }

  /** Idempotent. */
  remove(user: UserId, device: Device): void {
    const devices = this.#devices.get(user)
    devices?.delete(device)
    if (devices?.size === 0) this.#devices.delete(user)
  }

  /** All connections of a user. */
  of(user: UserId): Device[] {
    return Array.from(this.#devices.get(user) ?? [])
  }

  /** What `read` finds first at any of them. */
  find<Found>(user: UserId, read: (device: Device) => Found | undefined): Found | undefined {
    for (const device of this.#devices.get(user) ?? []) {
      const found = read(device)
      if (found !== undefined) return found
    }
    return undefined
  }
}
