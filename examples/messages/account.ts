/** Somebody who is logged in, or online. */
export interface User {
  id: number
  username: string
}

/** What the server says to a form; the message is for people. */
type Answer = { code: 0; message: string; data: User } | { code: 1; message: string }

const KEY = 'duet-messages-user'

/** Logs in, or registers. Rejects when the server can't be reached, or serves no such dialect. */
export async function enter(
  way: 'login' | 'register',
  { username, password }: { username: string; password: string },
): Promise<Answer> {
  const response = await fetch(`/webrtc/${way}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (!response.ok) throw new Error(`the server answers ${response.status}`)
  const answer = (await response.json()) as Answer
  if (answer.code === 0) sessionStorage.setItem(KEY, JSON.stringify(answer.data))
  return answer
}

/** Who logged in on this tab; a reload changes nothing. */
export function rememberedUser(): User | undefined {
  const text = sessionStorage.getItem(KEY)
  return text === null ? undefined : (JSON.parse(text) as User)
}

/** Logs out. Rejects when the server can't be reached. */
export async function logOut(): Promise<void> {
  forgetUser()
  const headers = { 'content-type': 'application/json' }
  await fetch('/webrtc/logout', { method: 'POST', headers, body: '{}' })
}

/** The server does not know this login any more. */
export function forgetUser(): void {
  sessionStorage.removeItem(KEY)
}
