import { expect } from 'bun:test'
import { countFrames, newDemoPerson, type DemoPerson } from './demo.ts'
import type { PersonOptions } from './chromium.ts'
import type { Scene, Stage } from './stage.ts'
import { waitUntil } from './wait.ts'
import { startWire } from './wire.ts'

/** What a demo page is called, and how it calls what every call goes through. */
export interface Demo<State extends string> {
  name: 'room' | 'topic' | 'one2one'
  /** The query parameter that names the room. */
  parameter: string
  /** Alone, before anybody came. */
  waiting: State
  /** In a call: as the one who was there, and as the one who came. */
  calling: State
  called: State
  /** The other one is gone. */
  alone: State
  /** Out, by the button. */
  left: State
  /** Two are there already. */
  full: State
  /** Peer connections of a page in a call. */
  connections: number
}

/** Each of the two leaves once, and many times in the long version. */
const ROUNDS = process.env['DUET_LONG'] ? 30 : 2

/** A tab that is closed is noticed in this time, in milliseconds. */
const CLOSED_WITHIN_MS = 2000

/** A network that is gone without a word is noticed in this time, in milliseconds. */
const CUT_WITHIN_MS = 12_000

const FRAMES = 10

/** The address of a demo page in a room; the server's HTTP address unless `origin` is given. */
export function demoLink<State extends string>(
  { name, parameter }: Demo<State>,
  room: string,
  origin: string,
): string {
  return `${origin}/demos/${name}.html?${parameter}=${room}`
}

/** A room that no other test uses. */
export function newDemoRoom(): string {
  return crypto.randomUUID().slice(0, 8)
}

/** Ann waits on a demo page, Ben comes, and both see and hear each other. */
export async function demoTalk<State extends string>(
  scene: Scene,
  demo: Demo<State>,
  options: { links?: { ann: string; ben: string }; person?: PersonOptions } = {},
): Promise<{ ann: DemoPerson<State>; ben: DemoPerson<State>; link: string }> {
  const link = options.links?.ann ?? demoLink(demo, newDemoRoom(), scene.server.http)
  const ann = await newDemoPerson<State>(scene, { ...options.person, name: 'Ann' })
  await ann.open(link)
  await ann.waitForState(demo.waiting)
  const ben = await newDemoPerson<State>(scene, { ...options.person, name: 'Ben' })
  await ben.open(options.links?.ben ?? link)
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ann.waitForState(demo.calling)
  await ben.waitForState(demo.called)
  return { ann, ben, link }
}

/** What a call on a demo page must stand, whatever its dialect. */
export function testDemoCalls<State extends string>(stage: Stage, demo: Demo<State>): void {
  stage.test(
    `two ${demo.name} pages call, leave, reload and call again`,
    async (scene) => {
      const { ann, ben } = await demoTalk(scene, demo)
      for (let round = 0; round < ROUNDS; round += 1) {
        const [leaver, other] = round % 2 === 0 ? [ben, ann] : [ann, ben]
        await leaver.leave()
        await leaver.waitForState(demo.left)
        await leaver.reload()
        await Promise.all([leaver.hasCall(), other.hasCall()])
        await other.waitForState(demo.calling)
        await leaver.waitForState(demo.called)
      }
      expect([...ann.person.console, ...ben.person.console]).toEqual([])
    },
    60_000 + ROUNDS * 15_000,
  )

  stage.test(`a third ${demo.name} page does not disturb a call`, async (scene) => {
    const { ann, ben, link } = await demoTalk(scene, demo)
    const cleo = await newDemoPerson<State>(scene, { name: 'Cleo' })
    for (const depart of [() => cleo.person.page.reload(), () => cleo.closeTab()]) {
      await cleo.person.goto(link)
      await cleo.connect()
      await cleo.waitForState(demo.full)
      await Promise.all([ann, ben].map(seesMoreFrames))
      await depart()
      await Promise.all([ann, ben].map(seesMoreFrames))
    }
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await ann.waitForState(demo.calling)
    await ben.waitForState(demo.called)
    expect([await connections(ann), await connections(ben)]).toEqual([
      demo.connections,
      demo.connections,
    ])
  })

  stage.test(`a ${demo.name} page notices a closed tab within two seconds`, async (scene) => {
    const { ann, ben, link } = await demoTalk(scene, demo)
    const ms = await timeUntilAlone(ann, demo, () => ben.closeTab())
    expect(ms).toBeLessThan(CLOSED_WITHIN_MS)
    const cleo = await newDemoPerson<State>(scene, { name: 'Cleo' })
    await cleo.open(link)
    await Promise.all([ann.hasCall(), cleo.hasCall()])
  })
}

/** What a call on a demo page must stand when a network is gone without a word. */
export function testLostNetwork<State extends string>(stage: Stage, demo: Demo<State>): void {
  stage.test(`a ${demo.name} page notices a network that is gone`, async (scene) => {
    const wire = await startWire(scene.server.http)
    try {
      const room = newDemoRoom()
      const [ann, ben] = [scene.server.http, wire.origin].map((at) => demoLink(demo, room, at))
      const talk = await demoTalk(scene, demo, { links: { ann: ann ?? '', ben: ben ?? '' } })
      const ms = await timeUntilAlone(talk.ann, demo, () => wire.cut())
      expect(ms).toBeLessThan(CUT_WITHIN_MS)
    } finally {
      await wire.close()
    }
  })
}

/** Milliseconds from the end of the other one to the page that says so. */
async function timeUntilAlone<State extends string>(
  someone: DemoPerson<State>,
  demo: Demo<State>,
  end: () => Promise<void> | void,
): Promise<number> {
  const startedAt = performance.now()
  await end()
  await someone.waitForState(demo.alone)
  const ms = Math.round(performance.now() - startedAt)
  console.log(`${demo.name}: alone after ${ms} ms`)
  return ms
}

async function seesMoreFrames({ person }: DemoPerson<string>): Promise<void> {
  const before = await countFrames(person)
  await waitUntil(`${person.name} sees ${FRAMES} more frames`, () => countFrames(person), {
    isGood: (count) => count >= before + FRAMES,
  })
}

/** Peer connections that the page has made so far. */
function connections({ person }: DemoPerson<string>): Promise<number> {
  return person.window.evaluate(() => window.duetTestPeers?.length ?? 0, undefined)
}
