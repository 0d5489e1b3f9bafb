import {
  PING_INTERVAL_MS,
  SUBPROTOCOL,
  type CapturePurpose,
  type CapturesChanged,
  type MediaEndpoint,
} from '@duet/protocol'
import type { SpawnedServer } from '../../spawn-server.ts'
import { AttendingPage, type HeardEvent } from '../../testing/attending-page.ts'
import { RtpPublisher } from './rtp-publisher.ts'
import type { EncodedPicture } from './rtp-sender.ts'

/** Somebody in a room, by a session of the native protocol, who publishes to the media server. For tests. */
export class PublishingMember {
  readonly page: AttendingPage
  readonly #server: SpawnedServer
  readonly #pinging: ReturnType<typeof setInterval>
  #id = ''
  #publisher: RtpPublisher | undefined

  private constructor(server: SpawnedServer, page: AttendingPage) {
    this.#server = server
    this.page = page
    // More often than a page: whose socket is given up comes back, and this one does not.
    this.#pinging = setInterval(() => page.ping(), PING_INTERVAL_MS / 4)
  }

  /** `login`: what a browser sends of somebody who is logged in. */
  static async join(
    server: SpawnedServer,
    { room, name, login = {} }: { room: string; name: string; login?: Record<string, string> },
  ): Promise<PublishingMember> {
    const url = `ws://localhost:${server.port('http')}/ws`
    const socket = new WebSocket(url, { headers: login, protocols: [SUBPROTOCOL] } as never)
    const page = new AttendingPage(socket, false)
    await page.hears('welcome')
    const member = new PublishingMember(server, page)
    page.say({ type: 'join', room, name, tag: name })
    member.#id = String((await page.hears('joined'))['self'])
    return member
  }

  get id(): string {
    return this.#id
  }

  /** Sends these pictures, with silence, from now on. */
  async publish(to: PublishingMember, pictures: readonly EncodedPicture[]): Promise<void> {
    const { publish } = (await this.page.asks({
      type: 'request-media',
      peer: to.id,
    })) as HeardEvent & {
      publish: MediaEndpoint
    }
    this.#publisher = await RtpPublisher.open(this.#server, publish, pictures)
  }

  agree(purpose: CapturePurpose): void {
    this.page.say({ type: 'consent', purpose, isGiven: true })
  }

  /** How many members it knows to have agreed. */
  consentsTo(purpose: CapturePurpose): number {
    const told = this.page.all('captures').at(-1) as Partial<CapturesChanged> | undefined
    return told?.consents?.filter(({ purposes }) => purposes.includes(purpose)).length ?? 0
  }

  /** All states that it was told of a purpose, in order. */
  statesOf(purpose: CapturePurpose): unknown[] {
    const told = this.page.all('capture-state').filter((event) => event['purpose'] === purpose)
    return told.map((event) => event['state'])
  }

  /** What it was told last of a capture, once it is in this state. */
  async hearsState(purpose: CapturePurpose, state: string): Promise<HeardEvent> {
    for (;;) {
      const told = this.page.all('capture-state').filter((event) => event['purpose'] === purpose)
      const found = told.find((event) => event['state'] === state)
      if (found) return found
      await Bun.sleep(5)
    }
  }

  close(): void {
    this.#publisher?.close()
    clearInterval(this.#pinging)
    this.page.close()
  }
}
