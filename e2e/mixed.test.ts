import { expect } from 'bun:test'
import { newDemoPerson } from './harness/demo.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { autostart } from './harness/room.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

/** Someone on one of the three kinds of page, with words for what all of them can do. */
interface Someone {
  readonly person: ChromiumPerson
  waits(): Promise<void>
  hasCall(): Promise<void>
  leaves(): Promise<void>
}

type Enter = (scene: Scene, room: string) => Promise<Someone>

/**
 * Otherwise each page looks for a new path to each other kind once, and offers meet in both orders
 * and in both ways, but not each way in each order.
 */
const isLong = process.env['DUET_LONG'] === '1'

const stage = useStage()

const pages = {
  'the room page': async (scene, room) => {
    const demo = await newDemoPerson<'joined' | 'joined_unbind' | 'leaved'>(scene, { name: 'Rob' })
    await demo.open(`${scene.server.http}/demos/room.html?room=${room}`)
    return {
      person: demo.person,
      waits: () => demo.waitForState('joined', 'joined_unbind'),
      hasCall: () => demo.hasCall(),
      async leaves() {
        await demo.leave()
        await demo.waitForState('leaved')
      },
    }
  },
  'the topic page': async (scene, room) => {
    const demo = await newDemoPerson<'waiting' | 'in_call'>(scene, { name: 'Tom' })
    await demo.open(`${scene.server.http}/demos/topic.html?room_id=${room}`)
    return {
      person: demo.person,
      waits: () => demo.waitForState('waiting'),
      hasCall: () => demo.hasCall(),
      // Its leave button keeps the socket; a closed tab frees the seat.
      leaves: () => demo.closeTab(),
    }
  },
  "Duet's page": async (scene, room) => enterDuet(scene, `${scene.server.http}/r/${room}`),
} satisfies Record<string, Enter>

type Pair = [first: keyof typeof pages, second: keyof typeof pages]

const PAIRS: Pair[] = [
  ['the room page', 'the topic page'],
  ['the topic page', 'the room page'],
  ['the room page', "Duet's page"],
  ["Duet's page", 'the topic page'],
]

/** They meet below as well, and call; only the long version leaves and comes again. */
const MORE_PAIRS: Pair[] = [
  ["Duet's page", 'the room page'],
  ['the topic page', "Duet's page"],
]

for (const [first, second] of isLong ? [...PAIRS, ...MORE_PAIRS] : PAIRS) {
  stage.test(`${second} joins ${first}, and leaves it again`, async (scene) => {
    const [here, there] = await meet(scene, pages[first], pages[second])
    for (const { person } of [here, there]) {
      if ((await person.attribute('verified', 'data-verified')) === null) continue
      await person.waitForVerified('unverified')
      await person.waitForText(/Not verified/)
    }
    await there.leaves()
    await here.waits()
    // The one who stayed makes the offer for the next one, whoever that is.
    const next = await pages[second](scene, roomOf(here))
    await Promise.all([here.hasCall(), next.hasCall()])
  })
}

stage.test("chat goes both ways between Duet's page and the room page", async (scene) => {
  const [ann, rob] = await meet(scene, pages["Duet's page"], pages['the room page'])
  await ann.person.say('from Ann <b>')
  await rob.person.waitForChat('from Ann <b>')
  await rob.person.say('来自 Rob')
  await ann.person.waitForChat('来自 Rob')
  await ann.person.waitForChat('The other person')
})

for (const order of ['first', 'second'] as const) {
  stage.test(`with a key, ${order}: Duet's page asks, and goes on without`, async (scene) => {
    const link = scene.newRoom()
    const { pathname } = new URL(link)
    const room = pathname.replace('/r/', '')
    const ann = async () => enterDuet(scene, link)
    const rob = () => pages['the room page'](scene, room)
    const [one, other] = order === 'first' ? [ann, rob] : [rob, ann]
    const first = await one()
    await first.waits()
    const second = await other()
    const [duet, older] = order === 'first' ? [first, second] : [second, first]
    await duet.person.waitForVerified('mismatch')
    expect(await duet.person.receivedBytes()).toBe(0)
    await duet.person.press('continue-unverified')
    await Promise.all([duet.hasCall(), older.hasCall()])
    await duet.person.waitForVerified('unverified')
    await duet.person.say('can you read this?')
    await older.person.waitForChat('can you read this?')
    await duet.person.waitFor('chat-open')
    await duet.person.waitForText(/The other person has no key/)
  })
}

for (const kind of ['the room page', 'the topic page'] as const) {
  for (const order of ['first', 'second'] as const) {
    if (!isLong && (kind === 'the room page') !== (order === 'first')) continue
    stage.test(`Duet's page, ${order}, finds a new path to ${kind}`, async (scene) => {
      const [duet, other] = await meetDuet(scene, kind, order)
      const before = await fragments(duet.person)
      await duet.person.page.evaluate(() => window.dispatchEvent(new Event('online')))
      await waitForOtherFragments(duet.person, before)
      await Promise.all([duet.hasCall(), other.hasCall()])
    })
  }
}

/** How often offers meet in one call. */
const MEETINGS = isLong ? 3 : 1

for (const order of ['first', 'second'] as const) {
  if (!isLong && order === 'first') continue
  stage.test(`the room page finds a new path to Duet's page, ${order}`, async (scene) => {
    const [duet, rob] = await meetDuet(scene, 'the room page', order)
    const before = await fragments(duet.person)
    await rob.person.press('restart-ice')
    await waitForOtherFragments(duet.person, before)
    await Promise.all([duet.hasCall(), rob.hasCall()])
  })
}

for (const order of ['first', 'second'] as const) {
  for (const kind of ['drops its own', 'refuses ours'] as const) {
    if (!isLong && (kind === 'drops its own') !== (order === 'first')) continue
    const name = `both offer at once, Duet's page being ${order}, and the room page ${kind}`
    stage.test(name, async (scene) => {
      const [duet, rob] = await meetDuet(scene, 'the room page', order)
      await rob.person.page.evaluate(meetOffers, kind === 'refuses ours')
      await duet.person.page.evaluate(speakSlowly, 1200)
      for (let round = 0; round < MEETINGS; round += 1) {
        const before = await fragments(duet.person)
        await duet.person.page.evaluate(() => window.dispatchEvent(new Event('online')))
        await waitUntil('an offer is on its way', () =>
          duet.person.page.evaluate(() => window.duetTestOffers),
        )
        await rob.person.page.evaluate(pressRestart)
        await waitUntil('the offers met', () =>
          rob.person.page.evaluate(() => window.duetTestMeetings),
        )
        await waitForOtherFragments(duet.person, before)
        await waitUntil('both agree on one path', async () => {
          const [here, there] = await Promise.all([fragments(duet.person), fragments(rob.person)])
          return here.local === there.remote && here.remote === there.local
        })
        await Promise.all([duet.hasCall(), rob.hasCall()])
        await rob.person.page.evaluate(() => (window.duetTestMeetings = 0))
      }
    })
  }
}

stage.test("a screen shared on the room page is seen on Duet's page", async (scene) => {
  const [ann, rob] = await meet(scene, pages["Duet's page"], pages['the room page'])
  await rob.person.press('share-screen')
  await waitUntil('Rob sends what he shares', () =>
    rob.person.page.evaluate(() => {
      const video = document.querySelector<HTMLVideoElement>('[data-testid="local-video"]')
      const stream = video?.srcObject as MediaStream | null
      return stream?.getVideoTracks()[0]?.getSettings().displaySurface !== undefined
    }),
  )
  await Promise.all([ann.hasCall(), rob.hasCall()])
})

stage.test("the topic page hangs up alone: Duet's page can leave and call again", async (scene) => {
  const [ann, tom] = await meet(scene, pages["Duet's page"], pages['the topic page'])
  await tom.person.page.click('[data-testid="leave"]:enabled')
  await ann.person.waitForState('reconnecting')
  await ann.leaves()
  await ann.person.press('call-again')
  await ann.person.waitForState('connecting', 'connected')
})

async function enterDuet(scene: Scene, link: string): Promise<Someone> {
  const person = await scene.newPerson({ name: 'Ann' })
  await person.goto(autostart(link, 'Ann'))
  return {
    person,
    waits: () => person.waitForState('waiting'),
    hasCall: () => person.hasCall(),
    async leaves() {
      await person.press('hangup')
      await person.waitForState('ended')
    },
  }
}

async function meet(scene: Scene, first: Enter, second: Enter): Promise<[Someone, Someone]> {
  const room = `mixed-${crypto.randomUUID().slice(0, 8)}`
  const here = await first(scene, room)
  await here.waits()
  const there = await second(scene, room)
  await Promise.all([here.hasCall(), there.hasCall()])
  return [here, there]
}

function roomOf({ person }: Someone): string {
  const { pathname, searchParams } = new URL(person.page.url())
  return searchParams.get('room') ?? searchParams.get('room_id') ?? pathname.replace('/r/', '')
}

/** Duet's page, which comes `order`, and the other one. */
async function meetDuet(
  scene: Scene,
  other: keyof typeof pages,
  order: 'first' | 'second',
): Promise<[duet: Someone, other: Someone]> {
  if (order === 'first') return meet(scene, pages["Duet's page"], pages[other])
  const [first, second] = await meet(scene, pages[other], pages["Duet's page"])
  return [second, first]
}

type TakeDescription = (
  this: RTCPeerConnection,
  description: RTCSessionDescriptionInit,
) => Promise<void>

declare global {
  interface Window {
    /** Offers of this page that are on their way. */
    duetTestOffers?: number
    /** How often an offer came while this page's own waited for its answer. */
    duetTestMeetings?: number
  }
}

/** In a page: what it says to the server leaves late. */
function speakSlowly(delayMs: number): void {
  const { prototype } = WebSocket
  // oxlint-disable-next-line typescript/unbound-method -- bound by each call below
  const { send } = prototype
  window.duetTestOffers = 0
  prototype.send = function (data: string) {
    const isOffer = data.includes('"type":"offer"')
    if (isOffer) window.duetTestOffers! += 1
    setTimeout(() => {
      if (isOffer) window.duetTestOffers! -= 1
      send.call(this, data)
    }, delayMs)
  }
}

/** In a page: as a press, but at once. */
function pressRestart(): void {
  document.querySelector<HTMLElement>('[data-testid="restart-ice"]')?.click()
}

/** In a page: counts offers that meet, and perhaps refuses them as browsers did before 2020. */
function meetOffers(refuses: boolean): void {
  const { prototype } = RTCPeerConnection
  // oxlint-disable-next-line typescript/unbound-method -- bound by each call below
  const take: TakeDescription = prototype.setRemoteDescription
  window.duetTestMeetings = 0
  prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
    if (description.type === 'offer' && this.signalingState === 'have-local-offer') {
      window.duetTestMeetings! += 1
      if (refuses) return Promise.reject(new DOMException('a colliding offer', 'InvalidStateError'))
    }
    return take.call(this, description)
  }
}

interface Fragments {
  local: string | undefined
  remote: string | undefined
}

/** The username fragments of both sides, of the connection in use. */
function fragments({ page }: ChromiumPerson): Promise<Fragments> {
  return page.evaluate(() => {
    const peer = window.duetTestPeers?.findLast(({ signalingState }) => signalingState !== 'closed')
    const read = (description?: RTCSessionDescription | null) =>
      /a=ice-ufrag:(\S+)/.exec(description?.sdp ?? '')?.[1]
    return {
      local: read(peer?.currentLocalDescription),
      remote: read(peer?.currentRemoteDescription),
    }
  })
}

async function waitForOtherFragments(person: ChromiumPerson, before: Fragments): Promise<void> {
  await waitUntil('a new path is agreed on', () => fragments(person), {
    isGood: ({ local, remote }) => local !== before.local && remote !== before.remote,
  })
}
