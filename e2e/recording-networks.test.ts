import { afterAll, beforeAll, expect } from 'bun:test'
import { basename } from 'node:path'
import { createNetworks, labMissing, type Networks } from '../lab/namespaces.ts'
import { launchChromium, type RunningChromium } from './harness/chromium.ts'
import { readFilm, record, recordedFiles, stopRecording } from './harness/recordings.ts'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'

/** Of the datagrams that Ann sends. */
const LOSS = 0.05
/** Ann's cable is out for so long, in milliseconds: shorter than the grace time. */
const OUT_MS = 3_000
/** A film is as long as the recording was, give or take what starting and stopping take. */
const GIVE_MS = 3_000

const FLAGS = ['--ignore-certificate-errors']

function missing(): string | undefined {
  if (!Bun.which('ffprobe')) return 'ffmpeg is missing (apt-get install ffmpeg).'
  if (!Bun.which('iptables')) return 'iptables is missing (apt-get install iptables).'
  return labMissing()
}

let networks: Networks | undefined
/** Ben's browser; the stage's own is Ann's. */
let elsewhere: RunningChromium | undefined

const reason = missing()
const stage = useStage(() => {
  networks = createNetworks(['ann', 'ben'])
  const { homes, server } = networks
  return {
    server: { prefix: server.prefix, flags: ['--public-ip', server.address] },
    chromium: { prefix: homes[0]?.prefix ?? [], flags: FLAGS },
  }
}, reason)

if (reason === undefined) {
  beforeAll(async () => {
    const prefix = networks?.homes[1]?.prefix ?? []
    elsewhere = await launchChromium({ isShell: true, prefix, flags: FLAGS })
  })
  afterAll(async () => {
    await elsewhere?.close()
    networks?.close()
  })
}

stage.test(
  'losses and a cable that was out spoil no film',
  async (scene) => {
    const [home] = networks?.homes ?? []
    if (!networks || !home || !elsewhere) throw new Error('there are no networks')
    const link = scene.newRoom(scene.server.https.replace('localhost', networks.server.address))
    const ann = await scene.newPerson({ name: 'Ann' })
    await ann.goto(autostart(link, 'Ann'))
    await ann.waitForState('waiting')
    const ben = scene.add(await elsewhere.newPerson({ name: 'Ben' }))
    await ben.goto(autostart(link, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    home.loseUplink(LOSS)
    await record(ann, ben)
    const startedAt = performance.now()
    await Bun.sleep(6_000)
    home.setConnected(false)
    await Bun.sleep(OUT_MS)
    home.setConnected(true)
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await Bun.sleep(4_000)
    await stopRecording(ben)
    const recordedMs = performance.now() - startedAt
    const paths = await recordedFiles(scene.server)
    for (const path of paths) {
      const film = await readFilm(path)
      console.log(`${basename(path)} ${JSON.stringify(film)}`)
      expect(film.complaints).toBe('')
      expect(Math.abs(film.durationMs - recordedMs)).toBeLessThan(GIVE_MS)
      expect(film.sound.endMs).toBeGreaterThan(recordedMs - GIVE_MS)
      expect(film.picture.endMs).toBeGreaterThan(recordedMs - GIVE_MS)
    }
    expect(paths).toHaveLength(3)
  },
  180_000,
)
