import { expect } from 'bun:test'
import { selectorOf } from './harness/person.ts'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

/** Each of the two leaves once, and many times in the long version. */
const ROUNDS = process.env['DUET_LONG'] ? 30 : 2

const stage = useStage()

stage.test('someone starts a call, sends the link, and two people talk', async (scene) => {
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(scene.server.http)
  await ann.press('start')
  await ann.press('join')
  await ann.waitForState('waiting')
  const link = ann.page.url()
  expect(link).toMatch(/\/r\/[^/#]+#k=[\w-]{16,}$/)

  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(link)
  await ben.seesMovement('local-video')
  await ben.press('join')

  await Promise.all([ann.hasCall(), ben.hasCall()])
  await Promise.all([ann.waitForVerified('verified'), ben.waitForVerified('verified')])
  // Direct: without a NAT between them the same way may have either name.
  for (const person of [ann, ben]) expect(['host', 'srflx']).toContain(await person.path())
  expect([...ann.console, ...ben.console].filter(isComplaint)).toEqual([])
})

stage.test('the key in the link never reaches the server', async (scene) => {
  const { ann } = await talk(scene)
  const key = new URL(ann.page.url()).hash.replace('#k=', '')
  expect(key.length).toBeGreaterThanOrEqual(16)
  expect(scene.server.output()).not.toContain(key)
})

stage.test('autostart skips the preview and the name is shown to the other one', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ann.waitForText(/Ben/)
  await ben.waitForText(/Ann/)
})

stage.test(
  'leave and call again, again and again',
  async (scene) => {
    const { ann, ben, link } = await talk(scene)
    for (let round = 0; round < ROUNDS; round += 1) {
      const [leaver, other] = round % 2 === 0 ? [ben, ann] : [ann, ben]
      await leaver.press('hangup')
      await leaver.waitForState('ended')
      await other.waitForState('waiting')
      await leaver.goto('about:blank')
      await leaver.goto(autostart(link, leaver.name))
      await Promise.all([leaver.hasCall(), other.hasCall()])
    }
  },
  60_000 + ROUNDS * 15_000,
)

stage.test('after leaving, one button calls again', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ben.press('hangup')
  await ben.waitForState('ended')
  await ann.waitForState('waiting')
  await ben.press('call-again')
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('camera and microphone are released when the call is over', async (scene) => {
  const { ben } = await talk(scene)
  await ben.press('hangup')
  await ben.waitForState('ended')
  expect(await ben.has('local-video')).toBe(false)
  await ben.waitForText(/Camera and microphone are off/)
})

stage.test('a reload comes back into the call', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ben.page.reload()
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('a closed tab is noticed, and the next one gets in', async (scene) => {
  const { ann, ben, link } = await talk(scene)
  await ben.page.close({ runBeforeUnload: false })
  await ann.waitForState('waiting')
  const cleo = await scene.newPerson({ name: 'Cleo' })
  await cleo.goto(autostart(link, 'Cleo'))
  await Promise.all([ann.hasCall(), cleo.hasCall()])
})

stage.test('a room typed by name is a call that says "not verified"', async (scene) => {
  const name = `küche ${crypto.randomUUID().slice(0, 6)}`
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(scene.server.http)
  await ann.window.fill(selectorOf('room-name'), name)
  await ann.press('join-by-name')
  await ann.press('join')
  await ann.waitForState('waiting')
  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(`${scene.server.http}/r/${encodeURIComponent(name)}`)
  await ben.press('join')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await Promise.all([ann.waitForVerified('unverified'), ben.waitForVerified('unverified')])
})

stage.test('a bad room name is told why', async (scene) => {
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(`${scene.server.http}/r/${'x'.repeat(65)}`)
  await ann.waitForText(/64/)
})

stage.test('what is written arrives, in both directions and in order', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ann.openChat()
  await ben.openChat()
  await ann.say('first <b>line</b>')
  await ann.say('第二行')
  await ben.waitForChat('第二行')
  await ben.say('and back')
  await ann.waitForChat('and back')
  const log = await ben.text('chat-log')
  expect(log.indexOf('first <b>line</b>')).toBeGreaterThanOrEqual(0)
  expect(log.indexOf('第二行')).toBeGreaterThan(log.indexOf('first'))
})

stage.test('a muted microphone is not heard, a stopped camera not seen', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ann.press('toggle-mic')
  await ann.press('toggle-camera')
  await ben.waitForText(/Microphone off/)
  await ben.hearsSilence()
  await ann.press('toggle-mic')
  await ann.press('toggle-camera')
  await ben.hasCall()
})

/** A line of a page's console that a developer would have to look into. */
function isComplaint(line: string): boolean {
  return /^(error|warning|uncaught|failed)/.test(line)
}
