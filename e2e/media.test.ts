import { expect } from 'bun:test'
import { useStage } from './harness/stage.ts'
import { newStream, newStreamers } from './harness/streams.ts'
import {
  endInPage,
  readConnection,
  readTracks,
  readUsernameFragment,
  restartIceInPage,
} from './harness/stream-page.ts'
import { waitUntil } from './harness/wait.ts'

const CODECS = ['H264', 'VP8', 'VP9', 'AV1']

const stage = useStage()

stage.test('MD1 a player stays while publishers come and go with every codec', async (scene) => {
  const stream = newStream(scene.server)
  const { ann, ben } = await newStreamers(scene)
  await ben.play(stream)
  const tracks = await ben.person.window.evaluate(readTracks, undefined)
  expect(tracks).toEqual([
    expect.stringMatching(/^audio live/),
    expect.stringMatching(/^video live/),
  ])
  for (const codec of CODECS) {
    await ann.publish(stream, codec)
    await ben.receives(codec)
    expect(await ann.flow()).toMatchObject({ mimeType: `video/${codec}` })
    expect(await ann.person.window.evaluate(endInPage, undefined)).toBe(200)
  }
  expect(await ben.person.window.evaluate(readTracks, undefined)).toEqual(tracks)
})

stage.test('MD5, MD6 media goes on through ICE restarts, until the session ends', async (scene) => {
  const stream = newStream(scene.server)
  const { ann, ben } = await newStreamers(scene)
  await ann.publish(stream)
  await ben.play(stream)
  await ben.receives()
  for (const { person } of [ann, ben]) {
    const fragment = await person.window.evaluate(restartIceInPage, undefined)
    await waitUntil(
      `${person.name} is on a path of the new ICE session`,
      () => person.window.evaluate(readUsernameFragment, undefined),
      { isGood: (used) => used === fragment },
    )
    await ben.receives()
  }
  for (const { person } of [ann, ben]) {
    expect(await person.window.evaluate(readConnection, undefined)).toEqual([
      'connected',
      'connected',
    ])
    expect(await person.window.evaluate(endInPage, undefined)).toBe(200)
    // Browsers do not call the connection closed for that; docs/media.md says where they tell it.
    await waitUntil(
      `${person.name} is told in DTLS`,
      () => person.window.evaluate(readConnection, undefined),
      { isGood: (states) => Bun.deepEquals(states, ['connected', 'closed']) },
    )
    expect(await person.window.evaluate(endInPage, undefined)).toBe(404)
  }
})
