import { expect } from 'bun:test'
import { register } from './harness/account.ts'
import { useStage } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

// The build without windows shows no notifications.
const stage = useStage({ chromium: { isShell: false } })

stage.test(
  'a push message rings, one that comes late does not, and the end takes its place',
  async (scene) => {
    const ann = await scene.newPerson({ name: 'ann' })
    await register(ann, scene.server)
    const context = ann.page.context()
    await context.grantPermissions(['notifications'], { origin: scene.server.http })
    await ann.page.evaluate(async () => {
      await navigator.serviceWorker.register('/sw.js')
      await navigator.serviceWorker.ready
    })
    const shown = () =>
      ann.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        return (await registration.getNotifications()).map(({ title }) => title)
      })
    const devTools = await context.newCDPSession(ann.page)
    const { promise: registered, resolve } = Promise.withResolvers<string>()
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [registration] = registrations
      if (registration) resolve(registration.registrationId)
    })
    await devTools.send('ServiceWorker.enable')
    const registrationId = await registered
    const deliver = (message: object) =>
      devTools.send('ServiceWorker.deliverPushMessage', {
        origin: scene.server.http,
        registrationId,
        data: JSON.stringify({ name: 'Ben', language: 'en', media: 'video', ...message }),
      })
    // Somebody looks at another page: this one would ring by itself.
    await ann.page.evaluate(() => history.replaceState(null, '', '/'))
    const call = 'a'.repeat(32)
    await deliver({ type: 'ring', call, ringsUntil: Date.now() + 60_000 })
    await waitUntil('a ring', shown, { isGood: (titles) => titles.includes('Ben is calling') })
    await deliver({ type: 'over', call, isMissed: true })
    await waitUntil('a missed call', shown, {
      isGood: (titles) => titles.length === 1 && titles[0] === 'Missed call from Ben',
    })
    const late = 'b'.repeat(32)
    await deliver({ type: 'ring', call: late, ringsUntil: Date.now() - 1 })
    await waitUntil('another missed call', shown, { isGood: (titles) => titles.length === 2 })
    expect(await shown()).not.toContain('Ben is calling')
  },
)
