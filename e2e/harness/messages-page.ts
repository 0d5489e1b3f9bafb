import { PASSWORD } from './account.ts'
import { DemoPerson } from './demo.ts'
import { selectorOf } from './person.ts'
import type { Scene } from './stage.ts'
import { waitUntil } from './wait.ts'

export type MessagesState = 'idle' | 'calling' | 'ringing' | 'talking'

/** Someone in front of `/demos/messages.html`. */
export class MessagesPerson extends DemoPerson<MessagesState> {
  get name(): string {
    return this.person.name
  }

  /** Makes an account of its own name on the page, or logs in to it, and is online. */
  async enter(origin: string, way: 'register' | 'login' = 'register'): Promise<void> {
    await this.person.goto(`${origin}/demos/messages.html`)
    await this.person.window.fill(selectorOf('username'), this.name)
    await this.person.window.fill(selectorOf('password'), PASSWORD)
    await this.person.press(way)
    await waitUntil(`${this.name} is online`, () => this.person.text('self'), {
      isGood: (name) => name === this.name,
    })
  }

  /** Waits until `other` stands in the list, or not. */
  async waitForUser(other: string, isOnline = true): Promise<void> {
    const wish = isOnline ? 'sees' : 'does not see'
    await waitUntil(`${this.name} ${wish} ${other}`, () => this.person.has(`user-${other}`), {
      isGood: (isThere) => isThere === isOnline,
    })
  }

  /** Presses what can be pressed. */
  async use(testId: string): Promise<void> {
    await this.person.page.click(`${selectorOf(testId)}:enabled`)
  }

  /** Calls somebody who is in the list. */
  async call(other: string): Promise<void> {
    await this.waitForUser(other)
    await this.use(`call-${other}`)
    await this.waitForState('calling')
  }

  async accept(): Promise<void> {
    await this.waitForState('ringing')
    await this.use('accept')
    await this.waitForState('talking')
  }

  /** Peer connections that the page has made so far. */
  connections(): Promise<number> {
    return this.person.window.evaluate(() => window.duetTestPeers?.length ?? 0, undefined)
  }
}

/** Somebody with an account, online on the demo page; in lower case, as names of accounts are. */
export async function newMessagesPerson(
  scene: Scene,
  name: string,
  origin = scene.server.http,
): Promise<MessagesPerson> {
  const person = new MessagesPerson(await scene.newPerson({ name }))
  await person.enter(origin)
  return person
}

/** A name that no other test uses. */
export function newName(name: string): string {
  return `${name}-${crypto.randomUUID().slice(0, 6)}`
}
