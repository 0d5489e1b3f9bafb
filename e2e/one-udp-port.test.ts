import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { newStream, Streamer } from './harness/streams.ts'
import { talk } from './harness/talk.ts'

/** Nothing else is in the server's namespace. */
const PORT = 3478

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: { prefix: lab.server.prefix, ports: { turn: PORT, media: PORT } },
    // The build without windows names the addresses of its machine less openly.
    chromium: {
      isShell: false,
      prefix: lab.browsers.prefix,
      flags: ['--ignore-certificate-errors'],
    },
  }
}, labMissing())

afterAll(() => lab?.close())

/** `https://localhost:8443` as the browsers' machine reaches it. */
function originOf(scene: Scene): string {
  return scene.server.https.replace('localhost', lab?.server.address ?? '')
}

stage.test('a relayed call and a stream at once, on one UDP port', async (scene) => {
  const origin = originOf(scene)
  const { ann, ben } = await talk(scene, { origin, person: { relayOver: 'udp' } })
  const stream = newStream(scene.server, origin)
  const publisher = new Streamer(await scene.newPerson({ name: 'Cat' }))
  const player = new Streamer(await scene.newPerson({ name: 'Dan' }))
  await Promise.all([publisher.open(origin), player.open(origin)])
  await publisher.publish(stream)
  await player.play(stream)
  await player.receives()
  expect([await ann.path(), await ben.path()]).toEqual(['relay/udp', 'relay/udp'])
  await Promise.all([ann.hasCall(), ben.hasCall()])
  expect(scene.server.output()).toMatch(new RegExp(`tcp ${PORT},[\\d-]+/udp\\n`))
})
