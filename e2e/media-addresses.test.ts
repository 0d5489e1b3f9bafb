import { afterAll } from 'bun:test'
import { createNetworks, labMissing, type Networks } from '../lab/namespaces.ts'
import { useStage } from './harness/stage.ts'
import { newStream, Streamer } from './harness/streams.ts'

/** Of no machine here, as the outside of a router that does not lead back in. */
const OUTSIDE = '44.20.0.77'

let networks: Networks | undefined

const stage = useStage(() => {
  networks = createNetworks(['inside'])
  const { homes, server } = networks
  return {
    server: { prefix: server.prefix, flags: ['--public-ip', OUTSIDE] },
    chromium: { prefix: homes[0]?.prefix ?? [], flags: ['--ignore-certificate-errors'] },
  }
}, labMissing())

afterAll(() => networks?.close())

stage.test(
  'who is inside reaches the media server though --public-ip is outside',
  async (scene) => {
    const origin = scene.server.https.replace('localhost', networks?.server.address ?? '')
    const stream = newStream(scene.server, origin)
    const ann = new Streamer(await scene.newPerson({ name: 'Ann' }))
    const ben = new Streamer(await scene.newPerson({ name: 'Ben' }))
    await Promise.all([ann.open(origin), ben.open(origin)])
    await ann.publish(stream)
    await ben.play(stream)
    await ben.receives()
  },
)
