import { afterAll, beforeAll } from 'bun:test'
import { createNetworks, labMissing, type Networks } from '../lab/namespaces.ts'
import { launchChromium, type RunningChromium } from './harness/chromium.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { newStream, Streamer } from './harness/streams.ts'
import { waitUntil } from './harness/wait.ts'

/** What a camera of 640x480 gets where nothing limits it is a multiple, in bits per second. */
const MUCH = 500_000

/** More than comes down to the player, in bits per second. */
const LITTLE = 200_000

/** By about a twelfth per second more is tried. */
const RECOVERY_MS = 90_000

const FLAGS = ['--ignore-certificate-errors']

let networks: Networks | undefined
/** The player's browser; the stage's own is the publisher's. */
let elsewhere: RunningChromium | undefined

const stage = useStage(() => {
  networks = createNetworks(['publisher', 'player'])
  const { homes, server } = networks
  return {
    server: { prefix: server.prefix },
    chromium: { prefix: homes[0]?.prefix ?? [], flags: FLAGS },
  }
}, labMissing())

if (!labMissing()) {
  beforeAll(async () => {
    const prefix = networks?.homes[1]?.prefix ?? []
    elsewhere = await launchChromium({ isShell: true, prefix, flags: FLAGS })
  })
  afterAll(async () => {
    await elsewhere?.close()
    networks?.close()
  })
}

/** Ann publishes in one network what Ben plays in another one. */
async function streamed(scene: Scene): Promise<{ ann: Streamer; ben: Streamer }> {
  if (!networks || !elsewhere) throw new Error('there are no networks')
  const origin = scene.server.https.replace('localhost', networks.server.address)
  const stream = newStream(scene.server, origin)
  const ann = new Streamer(await scene.newPerson({ name: 'Ann', hasSmallCamera: false }))
  const ben = new Streamer(scene.add(await elsewhere.newPerson({ name: 'Ben' })))
  await Promise.all([ann.open(origin), ben.open(origin)])
  await ann.publish(stream)
  await ben.play(stream)
  await ben.person.seesMovement()
  return { ann, ben }
}

function waitForBitrate(ann: Streamer, isGood: (bitrate: number) => boolean, timeoutMs = 20_000) {
  const bitrate = async () => (await ann.flow()).targetBitrate
  return waitUntil('what the publisher sends', bitrate, { isGood, timeoutMs })
}

stage.test(
  'a player with little room has the publisher send less',
  async (scene) => {
    const { ann, ben } = await streamed(scene)
    await waitForBitrate(ann, (bitrate) => bitrate > MUCH)
    const player = networks?.homes[1]
    player?.limitDownlink(LITTLE / 1000)
    try {
      await waitForBitrate(ann, (bitrate) => bitrate < LITTLE)
      await ben.person.seesMovement()
    } finally {
      player?.limitDownlink(undefined)
    }
    if (!process.env['DUET_LONG']) return
    await waitForBitrate(ann, (bitrate) => bitrate > MUCH, RECOVERY_MS)
  },
  180_000,
)
