import type { IpAddress } from '@duet/stun'
import type { Reach } from './grants.ts'
import { PERMISSION_MS } from './lifetimes.ts'

/** The right of the peers at an IP address to exchange data with an allocation. */
export interface Permission {
  readonly ip: IpAddress
  /** Milliseconds since the epoch. Traffic does not move it (RFC 8656 §9). 0 while it is withdrawn. */
  expiresAt: number
  /** While it is withdrawn: when it would have expired. Otherwise 0. */
  withdrawnUntil: number
  /** Channels that rely on it, which keep it from being forgotten. */
  channels: number
  /** Only relayed addresses and open ports of this server, at its IP address. */
  isOwnOnly: boolean
}

/** The permissions of one allocation. */
export class PermissionTable {
  readonly #limit: number
  readonly #permissions = new Map<IpAddress, Permission>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The permission for `ip` that still holds. */
  get(ip: IpAddress, now: number): Permission | undefined {
    const permission = this.#permissions.get(ip)
    return permission && permission.expiresAt > now ? permission : undefined
  }

  /** Whether all of these may be installed together. */
  hasRoom(ips: readonly IpAddress[], now: number): boolean {
    this.#dropExpired(now)
    const added = new Set(ips.filter((ip) => !this.#permissions.has(ip)))
    return this.#permissions.size + added.size <= this.#limit
  }

  /** IP addresses whose permission still holds. */
  live(now: number): IpAddress[] {
    const permissions = [...this.#permissions.values()]
    return permissions.filter(({ expiresAt }) => expiresAt > now).map(({ ip }) => ip)
  }

  /**
   * Judges all of them anew: those that reach nowhere are withdrawn, with their channels, until their peer
   * may be reached again. Clients don't ask for them again before they expire.
   */
  judge(reachOf: (ip: IpAddress) => Reach): void {
    for (const permission of this.#permissions.values()) {
      const reach = reachOf(permission.ip)
      permission.isOwnOnly = reach === 'own'
      if (reach === 'none') withdraw(permission)
      else restore(permission)
    }
  }

  /** Installs or refreshes a permission. */
  install(ip: IpAddress, now: number, isOwnOnly = false): Permission {
    const existing = this.#permissions.get(ip)
    if (existing) {
      existing.expiresAt = now + PERMISSION_MS
      existing.withdrawnUntil = 0
      existing.isOwnOnly = isOwnOnly
      return existing
    }
    const expiresAt = now + PERMISSION_MS
    const permission: Permission = { ip, expiresAt, withdrawnUntil: 0, channels: 0, isOwnOnly }
    this.#permissions.set(ip, permission)
    return permission
  }

  #dropExpired(now: number): void {
    for (const [ip, { expiresAt, withdrawnUntil, channels }] of this.#permissions) {
      if (Math.max(expiresAt, withdrawnUntil) <= now && channels === 0) this.#permissions.delete(ip)
    }
  }
}

function withdraw(permission: Permission): void {
  if (permission.withdrawnUntil > 0) return
  permission.withdrawnUntil = permission.expiresAt
  permission.expiresAt = 0
}

function restore(permission: Permission): void {
  if (permission.withdrawnUntil === 0) return
  permission.expiresAt = permission.withdrawnUntil
  permission.withdrawnUntil = 0
}
