import type { LinkKind, Login, OneTimeLink, User } from './account-store.ts'

/** What is read of a user. */
export const USER_COLUMNS =
  'id, name, display_name, is_administrator, do_not_disturb, created_at, last_seen_at'

export interface UserRow {
  id: number
  name: string
  display_name: string
  is_administrator: number
  do_not_disturb: number
  created_at: number
  last_seen_at: number | null
}

export interface LoginRow {
  login_id: number
  user_id: number
  label: string
  address: string
  login_created_at: number
  used_at: number
  expires_at: number
}

export interface LinkRow {
  kind: LinkKind
  digest: string
  user_id: number | null
  uses: number
  expires_at: number
}

export function userOf(row: UserRow): User {
  return {
    id: Number(row.id),
    name: row.name,
    displayName: row.display_name,
    isAdministrator: Number(row.is_administrator) === 1,
    doNotDisturb: Number(row.do_not_disturb) === 1,
    createdAt: Number(row.created_at),
    lastSeenAt: numberOrNull(row.last_seen_at),
  }
}

export function loginOf(row: LoginRow): Login {
  return {
    id: Number(row.login_id),
    userId: Number(row.user_id),
    label: row.label,
    address: row.address,
    createdAt: Number(row.login_created_at),
    usedAt: Number(row.used_at),
    expiresAt: Number(row.expires_at),
  }
}

export function linkOf(row: LinkRow): OneTimeLink {
  return {
    kind: row.kind,
    digest: row.digest,
    userId: numberOrNull(row.user_id),
    uses: Number(row.uses),
    expiresAt: Number(row.expires_at),
  }
}

/** Some databases give large integers as text. */
export function numberOrNull(value: number | string | null): number | null {
  return value === null ? null : Number(value)
}
