import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { UserId } from '@duet/rules'

/** Accounts that one device is known to: a family's tablet. */
const MAX_USERS = 8

/** A device and the accounts that it was logged in to, latest first. */
export interface DeviceMark {
  id: string
  users: readonly UserId[]
}

/**
 * Signed names of devices, kept by their browsers. They open nothing: a device that was logged
 * in to an account before is only not slowed down by strangers who guess.
 */
export class DeviceMarks {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Reads a mark; undefined when it is none of ours. */
  read(text: string | undefined): DeviceMark | undefined {
    const [, content, signature] =
      /^([\w-]{22}(?:\.\d{1,10}){1,8})\.([\w-]{43})$/.exec(text ?? '') ?? []
    if (content === undefined || signature === undefined) return undefined
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(content)))) return undefined
    const [id = '', ...users] = content.split('.')
    return { id, users: users.map(Number) }
  }

  /** The mark of this device, new or old, with this account. */
  with(mark: DeviceMark | undefined, user: UserId): string {
    const id = mark?.id ?? randomBytes(16).toString('base64url')
    const others = mark?.users.filter((known) => known !== user) ?? []
    const content = [id, user, ...others.slice(0, MAX_USERS - 1)].join('.')
    return `${content}.${this.#sign(content)}`
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url')
  }
}
