import { expect } from 'bun:test'
import { register, waitForPresence, waitForRinging } from './harness/account.ts'
import { MessagesPerson, newMessagesPerson, newName } from './harness/messages-page.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'
import { lookInViews, type View } from './harness/views.ts'

const stage = useStage()

/** A socket that closes is noticed in this time, in milliseconds. */
const CLOSED_WITHIN_MS = 2_000

/** Two on demo pages who see each other. */
async function two(scene: Scene): Promise<[MessagesPerson, MessagesPerson]> {
  const ann = await newMessagesPerson(scene, newName('ann'))
  const ben = await newMessagesPerson(scene, newName('ben'))
  await Promise.all([ann.waitForUser(ben.name), ben.waitForUser(ann.name)])
  return [ann, ben]
}

/** Two on demo pages who talk. */
async function talk(scene: Scene): Promise<[MessagesPerson, MessagesPerson]> {
  const [ann, ben] = await two(scene)
  await ann.call(ben.name)
  await ben.accept()
  await Promise.all([ann.hasCall(), ben.hasCall()])
  return [ann, ben]
}

stage.test('two messages pages call, hang up, and call again the other way', async (scene) => {
  const [ann, ben] = await talk(scene)
  await ben.use('hangup')
  await Promise.all([ann, ben].map((each) => each.waitForState('idle')))
  await ann.waitForStatus(/has hung up/)
  await ben.call(ann.name)
  await ann.accept()
  await Promise.all([ann.hasCall(), ben.hasCall()])
  expect([await ann.connections(), await ben.connections()]).toEqual([2, 2])
  expect([...ann.person.console, ...ben.person.console]).toEqual([])
})

stage.test('a call is rejected, and one is given up while it rings', async (scene) => {
  const [ann, ben] = await two(scene)
  await ann.call(ben.name)
  await ben.waitForState('ringing')
  await ben.use('reject')
  await ann.waitForStatus(/declined/)
  await Promise.all([ann, ben].map((each) => each.waitForState('idle')))
  await ann.call(ben.name)
  await ben.waitForState('ringing')
  await ann.use('hangup')
  await ben.waitForStatus(/cancelled/)
  await Promise.all([ann, ben].map((each) => each.waitForState('idle')))
})

stage.test('a third one is told busy and does not disturb the call', async (scene) => {
  const [ann, ben] = await talk(scene)
  const cleo = await newMessagesPerson(scene, newName('cleo'))
  await cleo.waitForUser(ben.name)
  await cleo.use(`call-${ben.name}`)
  await cleo.waitForStatus(/another call/)
  await cleo.waitForState('idle')
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test(
  'two tabs are one user, who hears what is said to everyone, until the last one closes',
  async (scene) => {
    const [ann, ben] = await two(scene)
    const tab = new MessagesPerson(await scene.newPerson({ name: ben.name }))
    await tab.enter(scene.server.http, 'login')
    await tab.waitForUser(ann.name)
    await ann.person.say('hello 你好 <b>')
    for (const { person } of [ann, ben, tab]) await person.waitForChat('hello 你好 <b>')
    expect(await tab.person.text('chat-log')).toContain(ann.name)
    await ben.closeTab()
    await tab.call(ann.name)
    await ann.waitForState('ringing')
    expect(await ann.person.has(`user-${ben.name}`)).toBe(true)
    const startedAt = performance.now()
    await tab.closeTab()
    await ann.waitForUser(ben.name, false)
    await ann.waitForState('idle')
    expect(performance.now() - startedAt).toBeLessThan(CLOSED_WITHIN_MS)
  },
)

stage.test('a reload keeps the login; logging out takes it away', async (scene) => {
  const [ann, ben] = await two(scene)
  await ann.person.page.reload()
  await ann.waitForUser(ben.name)
  await ann.use('logout')
  await ben.waitForUser(ann.name, false)
  await ann.enter(scene.server.http, 'login')
  await ben.waitForUser(ann.name)
  await ann.use('logout')
  await ann.person.window.fill('[data-testid="password"]', 'something else')
  await ann.person.press('login')
  await ann.waitForStatus(/do not fit/)
})

stage.test('a messages page calls Duet’s own page', async (scene) => {
  const ann = await newMessagesPerson(scene, newName('ann'))
  const ben = await scene.newPerson({ name: newName('ben') })
  await register(ben, scene.server)
  await ann.call(ben.name)
  await ben.press('accept')
  const acceptedAt = performance.now()
  await Promise.all([ann.hasCall(), ben.seesMovement(), ben.hearsSound()])
  console.log(`messages to native: moving after ${Math.round(performance.now() - acceptedAt)} ms`)
  await ann.use('hangup')
  await waitForRinging(ben, 'ended:hung-up')
  await ann.waitForState('idle')
})

stage.test('Duet’s own page calls a messages page', async (scene) => {
  const ann = await scene.newPerson({ name: newName('ann') })
  await register(ann, scene.server)
  const ben = await newMessagesPerson(scene, newName('ben'))
  await waitForPresence(ann, ben.name, 'online')
  await ann.press(`call-${ben.name}`)
  await waitForRinging(ann, 'ringing')
  await ben.accept()
  await Promise.all([ann.seesMovement(), ann.hearsSound(), ben.hasCall()])
  await ann.press('hangup')
  await ben.waitForStatus(/hung up/)
  await ben.waitForState('idle')
})

/** A screen reader reads the phone's in light and the desktop's in dark. */
const LOOKS: View[] = [
  { width: 1280, height: 800, scheme: 'light' },
  { width: 360, height: 640, scheme: 'dark' },
  { width: 360, height: 640, scheme: 'light' },
  { width: 1280, height: 800, scheme: 'dark' },
]

stage.test(
  'the messages page looks right on phone and desktop, in both languages',
  async (scene) => {
    const ben = await newMessagesPerson(scene, newName('ben'))
    const name = newName('ann')
    let way: 'register' | 'login' = 'register'
    for (const { locale, lang, title } of [
      { locale: 'en-GB', lang: 'en', title: 'Duet: messages' },
      { locale: 'zh-CN', lang: 'zh', title: 'Duet：消息' },
    ] as const) {
      const context = { locale, reducedMotion: 'reduce' } as const
      const ann = new MessagesPerson(await scene.newPerson({ name, context }))
      const look = (screen: string) =>
        lookInViews(ann.person, `messages-${screen}`, { views: LOOKS, lang })
      await ann.person.goto(`${scene.server.http}/demos/messages.html`)
      const faults = await look('before')
      await ann.enter(scene.server.http, way)
      way = 'login'
      await ben.call(name)
      await ann.waitForState('ringing')
      faults.push(...(await look('ringing')))
      await ann.accept()
      await ann.person.seesMovement()
      faults.push(...(await look('call')))
      expect(faults).toEqual([])
      expect(await ann.person.page.title()).toBe(title)
      await ann.closeTab()
      await ben.waitForState('idle')
      await ben.waitForUser(name, false)
    }
  },
  180_000,
)

stage.test('a page of another origin gets no socket', async (scene) => {
  const ann = await newMessagesPerson(scene, newName('ann'))
  const socket = `${scene.server.http.replace('http', 'ws')}/webrtc/wss`
  await ann.person.goto('data:text/html,<p>elsewhere</p>')
  const outcome = await waitUntil('the socket is refused', () =>
    ann.person.window.evaluate(
      (url) =>
        new Promise<string>((resolve) => {
          const opened = new WebSocket(url)
          opened.addEventListener('open', () => resolve('open'))
          opened.addEventListener('error', () => resolve('refused'))
        }),
      socket,
    ),
  )
  expect(outcome).toBe('refused')
})
