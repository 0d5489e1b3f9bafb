import type { LinkKind, Login, OneTimeLink, User } from './account-store.ts'
import type { SqlInteger } from './sql/database.ts'

/** What is read of a user. */
export const USER_COLUMNS =
  'id, name, display_name, is_administrator, do_not_disturb, created_at, last_seen_at'

export interface UserRow {
  id: SqlInteger
  name: string
  display_name: string
  is_administrator: SqlInteger
  do_not_disturb: SqlInteger
  created_at: SqlInteger
  last_seen_at: SqlInteger | null
}

export interface LoginRow {
  login_id: SqlInteger
  user_id: SqlInteger
  label: string
  address: string
  login_created_at: SqlInteger
  used_at: SqlInteger
  expires_at: SqlInteger
}

export interface LinkRow {
  kind: LinkKind
  digest: string
  user_id: SqlInteger | null
  uses: SqlInteger
  expires_at: SqlInteger
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

export function numberOrNull(value: SqlInteger | null): number | null {
  return value === null ? null : Number(value)
}
