import { SUBPROTOCOL } from '@duet/protocol'
import type { SpawnedServer } from '../spawn-server.ts'
import { AttendingPage } from './attending-page.ts'

/** What all of them log in with. */
export const PASSWORD = 'correct horse battery'

/** Somebody on whichever server runs, with an account once it registers; for tests. */
export class Caller {
  readonly name: string
  id = 0
  /** Empty until it is logged in. */
  #cookie = ''
  #origin = ''

  constructor(name: string) {
    this.name = name
  }

  /** From now on it speaks to this server, with the login that it has. */
  use(server: SpawnedServer): void {
    this.#origin = `http://localhost:${server.port('http')}`
  }

  async register(server: SpawnedServer): Promise<void> {
    this.use(server)
    await this.#enter('/api/register', 201)
  }

  async logIn(server: SpawnedServer): Promise<void> {
    this.use(server)
    await this.#enter('/api/login', 200)
  }

  /** What its browser sends of it. */
  get login(): Record<string, string> {
    return { cookie: this.#cookie, origin: this.#origin }
  }

  /** Reads, or with a body changes something, as a page of the server does. */
  fetch(path: string, body?: object): Promise<Response> {
    const headers = this.login
    if (!body) return fetch(`${this.#origin}${path}`, { headers })
    return fetch(`${this.#origin}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  /** Reads JSON; rejects when it is refused. */
  async read<Answer>(path: string): Promise<Answer> {
    const answer = await this.fetch(path)
    if (!answer.ok) throw new Error(`${path} is refused with ${answer.status}`)
    return (await answer.json()) as Answer
  }

  /** A page that is a device of this user, once the server says so. */
  async attend(): Promise<AttendingPage> {
    const page = new AttendingPage(this.#socket(), true)
    await page.hears('attending')
    return page
  }

  /** A page that is no device of this user. */
  async visit(): Promise<AttendingPage> {
    const page = new AttendingPage(this.#socket(), false)
    await page.hears('welcome')
    return page
  }

  #socket(): WebSocket {
    const headers = this.login
    const url = `${this.#origin.replace('http', 'ws')}/ws`
    return new WebSocket(url, { headers, protocols: [SUBPROTOCOL] } as never)
  }

  async #enter(path: string, status: number): Promise<void> {
    const answer = await this.fetch(path, { name: this.name, password: PASSWORD })
    if (answer.status !== status) throw new Error(`${path} is answered with ${answer.status}`)
    this.#cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
    const { user } = (await answer.json()) as { user: { id: number } }
    this.id = user.id
  }
}
