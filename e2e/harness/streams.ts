import { newDemoRoom } from './demo-calls.ts'
import type { Person } from './person.ts'
import { mediaToken, type RunningServer } from './server.ts'
import type { Scene } from './stage.ts'
import {
  playInPage,
  publishInPage,
  readVideoFlow,
  type StreamRequest,
  type VideoFlow,
} from './stream-page.ts'
import { waitUntil } from './wait.ts'

/** A stream of the media server: where it is published and played, and with which tokens. */
export interface TestStream {
  publish: StreamRequest
  play: StreamRequest
}

/** The size of the pictures that the browsers' fake cameras are asked for here. */
export const PICTURE = { width: 320, height: 240 }

/** A stream that no other test uses; on the server's HTTP address unless `origin` is given. */
export function newStream(server: RunningServer, origin = server.http): TestStream {
  const name = `${newDemoRoom()}/camera`
  return {
    publish: { address: `${origin}/whip/${name}`, token: mediaToken(server, 'publish', name) },
    play: { address: `${origin}/whep/${name}`, token: mediaToken(server, 'play', name) },
  }
}

/** Two who publish and play, on pages of the server that do nothing by themselves. */
export async function newStreamers(scene: Scene): Promise<{ ann: Streamer; ben: Streamer }> {
  const [ann, ben] = [
    new Streamer(await scene.newPerson({ name: 'Ann' })),
    new Streamer(await scene.newPerson({ name: 'Ben' })),
  ]
  for (const each of [ann, ben]) await each.open(scene.server.http)
  return { ann, ben }
}

/** Someone who publishes or plays, by the API of the browser alone. */
export class Streamer {
  readonly person: Person

  constructor(person: Person) {
    this.person = person
  }

  async open(origin: string): Promise<void> {
    await this.person.goto(`${origin}/demos/whep.html`)
  }

  async publish(stream: TestStream, codec?: string): Promise<void> {
    const request = codec === undefined ? stream.publish : { ...stream.publish, codec }
    await this.person.window.evaluate(publishInPage, request)
  }

  async play(stream: TestStream): Promise<void> {
    await this.person.window.evaluate(playInPage, stream.play)
  }

  flow(): Promise<VideoFlow> {
    return this.person.window.evaluate(readVideoFlow, undefined)
  }

  /** The picture moves in its full size, and the sound is heard. */
  async receives(codec?: string): Promise<void> {
    await this.person.seesMovement()
    await this.person.hearsSound()
    await waitUntil(`${this.person.name} receives ${codec ?? 'video'}`, () => this.flow(), {
      isGood: ({ mimeType, width, height }) =>
        (codec === undefined || mimeType === `video/${codec}`) &&
        width === PICTURE.width &&
        height === PICTURE.height,
    })
  }
}
