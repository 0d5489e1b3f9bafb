import { expect } from 'bun:test'
import {
  openSender,
  openTv,
  type CastPageOptions,
  type SenderPage,
  type TvPage,
} from './harness/cast-pages.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'

/** What happened on one side is said on the other in this time, in milliseconds. */
const SAID_WITHIN_MS = 2_000

/** What a TV says while it can't reach the server. */
const OFFLINE = /server can’t be reached/i

const stage = useStage()

/** A TV of Duet that shows what a sender of Duet sends. */
async function cast(
  scene: Scene,
  options: CastPageOptions = {},
): Promise<{ tv: TvPage; sender: SenderPage; code: string }> {
  const tv = await openTv(scene, 'duet', options)
  const sender = await openSender(scene, 'duet', options)
  const code = await tv.code()
  await sender.start(code)
  await tv.seesMovement()
  await sender.waitForState(/^showing$/)
  return { tv, sender, code }
}

/** The one on the couch stops it; the controls come back with the first move. */
async function putOutBy({ person }: TvPage): Promise<void> {
  await person.window.wiggle()
  await person.page.click(selectorOf('cast-stop'))
}

/** Milliseconds until `someone` says what happened. */
async function saidAfter(task: Promise<unknown>, words: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await task
  await words
  return Math.round(performance.now() - startedAt)
}

stage.test('one press from the code to the picture, with its sound off and on', async (scene) => {
  const { tv, sender } = await cast(scene)
  await sender.person.press('cast-pause')
  await sender.waitForState(/^paused$/)
  await tv.person.waitForText(/paused/i)
  await sender.person.press('cast-pause')
  await sender.waitForState(/^showing$/)
  await tv.seesMovement()
  await tv.person.waitForNoText(/paused/i)
})

stage.test(
  'the code in a link is entered by itself, and does not stay in the address',
  async (scene) => {
    const tv = await openTv(scene, 'duet')
    const code = await tv.code()
    const sender = await openSender(scene, 'duet')
    await sender.person.goto(`${scene.server.http}/cast#${code}`)
    await sender.waitForState(/^ready$/)
    await tv.person.waitForText(/choosing/i)
    expect(new URL(sender.person.page.url()).hash).toBe('')
    await sender.person.press('cast-start')
    await tv.seesMovement()
  },
)

stage.test('wrong and expired codes are told apart, and start nothing', async (scene) => {
  const sender = await openSender(scene, 'duet')
  await sender.start('AAAAAA')
  await sender.person.waitForText(/No TV shows this code/)
  const tv = await openTv(scene, 'duet')
  const code = await tv.code()
  await tv.closeTab()
  await sender.start(code)
  await sender.person.waitForText(/not valid any more/)
})

stage.test('a second sender is told that somebody else shows something', async (scene) => {
  const { tv, code } = await cast(scene)
  const other = await openSender(scene, 'duet')
  await other.start(code)
  await other.waitForState(/^busy$/)
  await tv.seesMovement()
})

stage.test('a TV keeps its code over a reload, and the cast goes on', async (scene) => {
  const { tv, sender, code } = await cast(scene)
  await tv.person.page.reload()
  await sender.waitForState(/^waiting$/)
  await tv.seesMovement()
  await sender.waitForState(/^showing$/)
  await sender.stop()
  await tv.waitForNoPicture()
  expect(await tv.code()).toBe(code)
})

stage.test('the cast outlives a restart of the server, and so does the code', async (scene) => {
  const { tv, sender, code } = await cast(scene)
  expect(await scene.server.stop()).toBe(0)
  await tv.person.waitForText(OFFLINE)
  await tv.seesMovement()
  await scene.server.start()
  await tv.person.waitForNoText(OFFLINE)
  await tv.seesMovement()
  expect(await sender.state()).toBe('showing')
  await sender.stop()
  await tv.waitForNoPicture()
  expect(await tv.code()).toBe(code)
  const other = await openSender(scene, 'duet')
  await other.start(code)
  await tv.seesMovement()
})

stage.test(
  'who stops, closes or puts out: the other side says so within two seconds',
  async (scene) => {
    const { tv, sender, code } = await cast(scene)
    const stopped = await saidAfter(sender.stop(), tv.waitForNoPicture())
    await sender.person.press('cast-again')
    await tv.seesMovement()
    const putOut = await saidAfter(putOutBy(tv), sender.waitForState(/^ended$/))
    const other = await openSender(scene, 'duet')
    await other.start(code)
    await tv.seesMovement()
    const closed = await saidAfter(other.closeTab(), tv.waitForNoPicture())
    const last = await openSender(scene, 'duet')
    await last.start(code)
    await tv.seesMovement()
    const tvClosed = await saidAfter(tv.closeTab(), last.waitForState(/^waiting$/))
    const times = { stopped, putOut, closed, tvClosed }
    console.log(`said after ${JSON.stringify(times)} ms`)
    for (const ms of Object.values(times)) expect(ms).toBeLessThan(SAID_WITHIN_MS)
  },
)

/** How a sender comes into each of its states, and what the TV reads then. */
const STATES: [state: string, words: RegExp, reach: (sender: SenderPage) => Promise<void>][] = [
  ['ready', /choosing/i, () => Promise.resolve()],
  ['showing', /^/, (sender) => sender.person.press('cast-start')],
  [
    'paused',
    /paused/i,
    async (sender) => {
      await sender.person.press('cast-start')
      await sender.waitForState(/^showing$/)
      await sender.person.press('cast-pause')
    },
  ],
]

for (const [state, words, reach] of STATES) {
  stage.test(
    `${state}: whoever vanishes, the other side says so within two seconds`,
    async (scene) => {
      const tv = await openTv(scene, 'duet')
      const code = await tv.code()
      const enter = async () => {
        const sender = await openSender(scene, 'duet')
        await sender.person.window.fill(selectorOf('cast-code-input'), code)
        await sender.waitForState(/^ready$/)
        await reach(sender)
        await sender.waitForState(new RegExp(`^${state}$`))
        await tv.person.waitForText(words)
        return sender
      }
      const first = await enter()
      const senderGone = await saidAfter(first.closeTab(), tv.person.waitForText(/stopped|left/i))
      expect(await tv.code()).toBe(code)
      const second = await enter()
      const tvGone = await saidAfter(tv.closeTab(), second.waitForState(/^waiting$/))
      console.log(`${state}: said after ${senderGone} and ${tvGone} ms`)
      expect(Math.max(senderGone, tvGone)).toBeLessThan(SAID_WITHIN_MS)
    },
  )
}
