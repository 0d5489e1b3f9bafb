import { expect } from 'bun:test'
import { gstreamerMissing, startGstreamer, type GstreamerClient } from './harness/gstreamer.ts'
import { useStage } from './harness/stage.ts'
import { newStream, PICTURE, Streamer } from './harness/streams.ts'
import { waitUntil } from './harness/wait.ts'

const CODECS = ['VP8', 'H264'] as const

/** Of a tone, or of a fake microphone's beep; silence has none. */
const AUDIBLE = 0.01

const stage = useStage({}, gstreamerMissing())

/** Runs `play` while a client is there, and says what the client said when that fails. */
async function beside(client: GstreamerClient, play: () => Promise<void>): Promise<void> {
  try {
    await play()
    expect(await client.close()).toBe(0)
  } catch (error) {
    console.log(client.report(), client.errors())
    throw error
  } finally {
    await client.close()
  }
}

for (const codec of CODECS) {
  stage.test(`Chromium plays ${codec} of GStreamer`, async (scene) => {
    const stream = newStream(scene.server)
    await beside(startGstreamer('publish', stream.publish, codec), async () => {
      const ann = new Streamer(await scene.newPerson({ name: 'Ann' }))
      await ann.open(scene.server.http)
      await ann.play(stream)
      await ann.receives(codec)
    })
  })

  stage.test(`GStreamer plays ${codec} of Chromium`, async (scene) => {
    const stream = newStream(scene.server)
    const client = startGstreamer('play', stream.play, codec)
    await beside(client, async () => {
      const ann = new Streamer(await scene.newPerson({ name: 'Ann' }))
      await ann.open(scene.server.http)
      await ann.publish(stream, codec)
      await waitUntil('GStreamer sees movement', () => client.report(), {
        isGood: (report) => (report?.changed ?? 0) >= 10,
      })
      expect(client.report()).toMatchObject(PICTURE)
      await waitUntil('GStreamer hears a beep', () => client.report()?.loudness ?? 0, {
        isGood: (loudness) => loudness > AUDIBLE,
      })
    })
  })
}
