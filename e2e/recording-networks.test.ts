import { afterAll, beforeAll, expect } from 'bun:test'
import { basename } from 'node:path'
import { createNetworks, labMissing, type Networks } from '../lab/namespaces.ts'
import { launchChromium, type RunningChromium } from './harness/chromium.ts'
import {
  distancesOf,
  findClaps,
  readFilm,
  record,
  recordedFiles,
  stopRecording,
  TOGETHER_MS,
} from './harness/recordings.ts'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'

/** Of the datagrams that Ann sends. */
const LOSS = 0.05
/** Ann's cable is out for so long, in milliseconds: shorter than the grace time. */
const OUT_MS = 3_000
/**
 * A film is as long as what was recorded, by the claps in it. A way that was lost and found again may take longer
 * than the one before, which nobody can tell from its packets.
 */
const GIVE_MS = 100
/** What is seen while packets are missing comes late, or not at all. */
const LEAST_CLAPS = 6

const FLAGS = ['--ignore-certificate-errors', '--autoplay-policy=no-user-gesture-required']

/** Of figures in order, what four of five keep to: a page that is busy for a moment claps too late itself. */
function mostOf(figures: readonly number[]): number {
  return figures[Math.floor(figures.length * 0.8)] ?? NaN
}

/** How far most claps are from whole seconds, as seen from the one that is the least late itself. */
function shiftOf(seen: readonly number[]): number {
  const shifts = seen.map((origin) => {
    const distances = seen.map((at) =>
      Math.abs(at - origin - Math.round((at - origin) / 1000) * 1000),
    )
    return mostOf(distances.toSorted((a, b) => a - b))
  })
  return Math.min(...shifts)
}

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
    const ann = await scene.newPerson({ name: 'Ann', clapsAtMs: 0 })
    await ann.goto(autostart(link, 'Ann'))
    await ann.waitForState('waiting')
    const ben = scene.add(await elsewhere.newPerson({ name: 'Ben', clapsAtMs: 500 }))
    await ben.goto(autostart(link, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    home.loseUplink(LOSS)
    await record(ann, ben)
    await Bun.sleep(6_000)
    home.setConnected(false)
    await Bun.sleep(OUT_MS)
    home.setConnected(true)
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await Bun.sleep(4_000)
    await stopRecording(ben)
    const paths = await recordedFiles(scene.server)
    const ends: number[] = []
    for (const path of paths) {
      const film = await readFilm(path)
      console.log(`${basename(path)} ${JSON.stringify(film)}`)
      expect(film.complaints).toBe('')
      if (path.endsWith('both.mp4')) continue
      ends.push(film.endedAtMs)
      const claps = await findClaps(path)
      const distances = distancesOf(claps)
      console.log(JSON.stringify(claps), distances.map(Math.round).join(' '))
      expect(distances.length).toBeGreaterThanOrEqual(LEAST_CLAPS)
      expect(mostOf(distances)).toBeLessThan(TOGETHER_MS)
      // Everybody claps once a second: however much is missing, what is left stands where it was.
      expect(shiftOf(claps.seen)).toBeLessThan(GIVE_MS)
    }
    expect(Math.abs((ends[0] ?? NaN) - (ends[1] ?? NaN))).toBeLessThan(GIVE_MS)
    expect(paths).toHaveLength(3)
  },
  180_000,
)
