import { selectorOf, type Person } from './person.ts'
import type { RunningServer } from './server.ts'
import { waitUntil } from './wait.ts'

/** Long enough for any server. */
export const PASSWORD = 'correct horse battery'

/** Makes an account under the person's own name, and ends on the people page. */
export async function register(person: Person, server: RunningServer): Promise<void> {
  await person.goto(`${server.http}/login`)
  await person.waitFor('username')
  await person.window.fill(selectorOf('username'), person.name)
  await person.window.fill(selectorOf('password'), PASSWORD)
  await person.press('register')
  await waitUntil(`${person.name} is on the people page`, () =>
    person.window.evaluate(() => location.pathname === '/people', undefined),
  )
}

/** Waits until the person sees `other` with this presence. */
export async function waitForPresence(
  person: Person,
  other: string,
  presence: 'online' | 'in-call' | 'do-not-disturb' | 'offline',
): Promise<void> {
  await waitUntil(
    `${person.name} sees that ${other} is ${presence}`,
    () => person.attribute(`user-${other}`, 'data-presence'),
    { isGood: (seen) => seen === presence },
  )
}

/** Waits until the call stands there, in the words of `ringing-state`. */
export async function waitForRinging(person: Person, state: string): Promise<void> {
  await waitUntil(
    `${person.name}'s call is ${state}`,
    () => person.attribute('ringing-state', 'data-state'),
    { isGood: (seen) => seen === state },
  )
}
