import type { User } from '../store/account-store.ts'

/** The user who asks, as the API says it. */
export interface Self {
  id: number
  name: string
  displayName: string
  isAdministrator: boolean
  doNotDisturb: boolean
}

export function selfOf(user: User): Self {
  const { id, name, displayName, isAdministrator, doNotDisturb } = user
  return { id, name, displayName, isAdministrator, doNotDisturb }
}
