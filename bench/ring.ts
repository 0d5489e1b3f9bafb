import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { register, waitForPresence, waitForRinging } from '../e2e/harness/account.ts'
import { launchChromium, type ChromiumPerson } from '../e2e/harness/chromium.ts'
import { startServer } from '../e2e/harness/server.ts'
import { waitUntil } from '../e2e/harness/wait.ts'
import {
  beginRound,
  countConnected,
  readRound,
  roundOptions,
  type RingMeasurements,
} from './ring/page.ts'
import { toneWav } from './ring/tone.ts'
import { printTable, summarize } from './statistics.ts'

const ROUNDS = 21
/** How long a leg may take to connect while it rings; people take longer to accept. */
const EARLY_LEG_MS = 5000
/** How long the way may take to become direct after the accept. */
const DIRECT_MS = 5000
/** Frames are watched a little longer than until the way is direct. */
const AFTER_SWITCH_MS = 500

/** Ann calls Ben, who accepts. */
interface Pair {
  ann: ChromiumPerson
  ben: ChromiumPerson
}

/** What one call came to. */
interface Round {
  ann: RingMeasurements
  ben: RingMeasurements
  /** Connections that were up before the accept: Ann's and Ben's. */
  early: [ann: number, ben: number]
  /** The way after the switch, as both see it. */
  path: [ann: string, ben: string]
}

/**
 * A call between two accounts on Duet's own pages, in real Chromium on loopback: how soon it
 * rings, and how soon after the accept there is a picture, or sound.
 */
export async function benchRing(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'duet-bench-ring-'))
  const tone = join(folder, 'tone.wav')
  // A microphone that beeps once a second would be measured itself.
  writeFileSync(tone, toneWav())
  const server = await startServer()
  const chromium = await launchChromium({ flags: [`--use-file-for-fake-audio-capture=${tone}`] })
  try {
    const ann = await chromium.newPerson({ name: 'ann' })
    const ben = await chromium.newPerson({ name: 'ben' })
    await Promise.all([register(ann, server), register(ben, server)])
    const pair = { ann, ben }
    printPictures(await callRounds(pair, false))
    printSounds(await callRounds(pair, true))
  } finally {
    await chromium.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first round warms caches up and is left out. */
async function callRounds(pair: Pair, sound: boolean): Promise<Round[]> {
  await callOnce(pair, sound)
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) rounds.push(await callOnce(pair, sound))
  return rounds
}

async function callOnce({ ann, ben }: Pair, sound: boolean): Promise<Round> {
  await Promise.all([waitForPresence(ann, 'ben', 'online'), waitForPresence(ben, 'ann', 'online')])
  for (const { page } of [ann, ben]) await page.evaluate(beginRound, roundOptions(sound))
  await ann.press('call-ben')
  await ben.waitFor('incoming')
  await waitForRinging(ann, 'ringing')
  const early = await earlyLegs({ ann, ben })
  await ben.press('accept')
  await Promise.all([ann.waitForState('connected'), ben.waitForState('connected')])
  await measured({ ann, ben }, sound)
  const path = await switched({ ann, ben })
  const [ofAnn, ofBen] = await Promise.all([
    ann.page.evaluate(readRound),
    ben.page.evaluate(readRound),
  ])
  await ann.press('hangup')
  await Promise.all([waitForRinging(ann, 'ended:hung-up'), waitForRinging(ben, 'ended:hung-up')])
  return { ann: ofAnn, ben: ofBen, early, path }
}

/** Waits a while for the leg, as a person would; resolves with what is connected then. */
async function earlyLegs({ ann, ben }: Pair): Promise<[number, number]> {
  const deadline = performance.now() + EARLY_LEG_MS
  for (;;) {
    const [ofAnn, ofBen] = await Promise.all([
      ann.page.evaluate(countConnected),
      ben.page.evaluate(countConnected),
    ])
    if ((ofAnn > 0 && ofBen > 0) || performance.now() > deadline) return [ofAnn, ofBen]
    await Bun.sleep(20)
  }
}

/** Both saw a frame, or heard something. */
async function measured(pair: Pair, sound: boolean): Promise<void> {
  for (const person of [pair.ann, pair.ben]) {
    await waitUntil(
      `${person.name} ${sound ? 'hears' : 'sees'} the other one`,
      () => person.page.evaluate(readRound),
      {
        isGood: ({ frames, soundAt }) => (sound ? soundAt !== undefined : frames.length > 0),
      },
    )
  }
}

/** Waits until the way is not over the relay any more; resolves with it. */
async function switched({ ann, ben }: Pair): Promise<[string, string]> {
  const deadline = performance.now() + DIRECT_MS
  for (;;) {
    const paths = await Promise.all([ann.path(), ben.path()])
    if (paths.every(isDirect) || performance.now() > deadline) {
      await Bun.sleep(AFTER_SWITCH_MS)
      return paths
    }
    await Bun.sleep(50)
  }
}

function isDirect(path: string): boolean {
  return !path.startsWith('relay') && path !== 'none'
}

function printPictures(rounds: readonly Round[]): void {
  const placed = ({ ann }: Round) => markOf(ann, 'duet:call')
  const incoming = rounds.map((round) => markOf(round.ben, 'duet:incoming') - placed(round))
  const ringing = rounds.map((round) => markOf(round.ann, 'duet:ringing') - placed(round))
  printTable('ringing, ms', [
    { name: 'call to "incoming" at the callee', values: incoming },
    { name: 'call to "it rings" at the caller', values: ringing },
  ])
  printSinceAccept('accept to first frame, ms', rounds, {
    timeOf: ({ frames: [first] }) => first,
    target: '<= 150',
  })
  printTable('largest gap between frames until direct, ms', [
    { name: 'at the callee', values: rounds.map(({ ben }) => largestGap(ben.frames)) },
    { name: 'at the caller', values: rounds.map(({ ann }) => largestGap(ann.frames)) },
    { name: 'usual interval', values: rounds.map(({ ben }) => usualInterval(ben.frames)) },
  ])
  const connected = rounds.filter(({ early }) => early.every((count) => count > 0)).length
  const direct = rounds.filter(({ path }) => path.every(isDirect)).length
  const ways = [...new Set(rounds.flatMap(({ path }) => path))].join(', ')
  console.log(`leg connected before the accept: in ${connected} of ${rounds.length} rounds`)
  console.log(`direct afterwards: in ${direct} of ${rounds.length} rounds (${ways})`)
}

function printSounds(rounds: readonly Round[]): void {
  printSinceAccept('accept to first sound, ms', rounds, { timeOf: ({ soundAt }) => soundAt })
}

interface SinceAccept {
  timeOf: (measured: RingMeasurements) => number | undefined
  target?: string
}

/** The caller's camera and microphone are open by then, the callee's open with the accept. */
function printSinceAccept(
  unit: string,
  rounds: readonly Round[],
  { timeOf, ...target }: SinceAccept,
): void {
  const since = (time: (round: Round) => number | undefined) =>
    rounds.map((round) => {
      const at = time(round)
      if (at === undefined) throw new Error('something did not come')
      return at - markOf(round.ben, 'duet:accept')
    })
  printTable(unit, [
    { name: 'at the callee', values: since(({ ben }) => timeOf(ben)), ...target },
    { name: 'callee’s devices open', values: since(({ ben }) => ben.openedAt) },
    { name: 'at the caller', values: since(({ ann }) => timeOf(ann)), ...target },
  ])
}

function markOf({ marks }: RingMeasurements, name: string): number {
  const at = marks[name]
  if (at === undefined) throw new Error(`the page did not set the mark ${name}`)
  return at
}

function largestGap(frames: readonly number[]): number {
  return Math.max(...intervals(frames))
}

function usualInterval(frames: readonly number[]): number {
  return summarize(intervals(frames)).median
}

function intervals(frames: readonly number[]): number[] {
  return frames.slice(1).map((at, index) => at - (frames[index] ?? at))
}
