import { expect, test } from 'bun:test'
import { PushModel, type PushAddress, type PushFacts, type PushState } from './push-model.ts'

const ADDRESS: PushAddress = {
  endpoint: 'https://push.example/1',
  keys: { p256dh: 'p', auth: 'a' },
}

const GOOD: PushFacts = {
  isSecure: true,
  isSelfSigned: false,
  hasPush: true,
  needsHomeScreen: false,
}

interface Wishes {
  facts?: Partial<PushFacts>
  permission?: NotificationPermission
  answer?: NotificationPermission
  registerFault?: DOMException
  key?: string | null
  current?: PushAddress | null
  saveFault?: Error
}

function setUp(wishes: Wishes = {}) {
  const done: string[] = []
  const model = new PushModel({
    language: () => 'zh-Hans',
    port: {
      facts: () => ({ ...GOOD, ...wishes.facts }),
      register() {
        done.push('register')
        return wishes.registerFault ? Promise.reject(wishes.registerFault) : Promise.resolve()
      },
      permission: () => wishes.permission ?? 'default',
      askPermission: () => Promise.resolve(wishes.answer ?? 'granted'),
      current: () => Promise.resolve(wishes.current ?? null),
      subscribe(key) {
        done.push(`subscribe ${key}`)
        return Promise.resolve(ADDRESS)
      },
      unsubscribe() {
        done.push('unsubscribe')
        return Promise.resolve()
      },
    },
    api: {
      key: () => Promise.resolve(wishes.key === undefined ? 'key' : wishes.key),
      save(address, language) {
        done.push(`save ${address.endpoint} ${language}`)
        return wishes.saveFault ? Promise.reject(wishes.saveFault) : Promise.resolve()
      },
      remove(endpoint) {
        done.push(`remove ${endpoint}`)
        return Promise.resolve()
      },
    },
  })
  return { model, done }
}

const untrusted = new DOMException('an SSL error', 'SecurityError')

test.each<[string, Wishes, PushState]>([
  [
    'an insecure page',
    { facts: { isSecure: false, hasPush: false } },
    { name: 'impossible', obstacle: 'insecure' },
  ],
  [
    'an iPhone in its browser',
    { facts: { hasPush: false, needsHomeScreen: true } },
    { name: 'impossible', obstacle: 'home-screen' },
  ],
  [
    'a browser without push',
    { facts: { hasPush: false } },
    { name: 'impossible', obstacle: 'unsupported' },
  ],
  [
    'a certificate that nobody trusts',
    { registerFault: untrusted },
    { name: 'impossible', obstacle: 'self-signed' },
  ],
  [
    'a self-made certificate, where the browser says nothing more',
    { facts: { isSelfSigned: true }, registerFault: new DOMException('', 'AbortError') },
    { name: 'impossible', obstacle: 'self-signed' },
  ],
  ['a self-made certificate that is trusted', { facts: { isSelfSigned: true } }, { name: 'off' }],
  ['blocked notifications', { permission: 'denied' }, { name: 'impossible', obstacle: 'blocked' }],
  ['a server without push', { key: null }, { name: 'impossible', obstacle: 'no-server' }],
  ['nothing subscribed yet', {}, { name: 'off' }],
  [
    'a server that does not answer',
    { permission: 'granted', current: ADDRESS, saveFault: new Error() },
    { name: 'failed' },
  ],
])('%s', async (_name, wishes, state) => {
  const { model } = setUp(wishes)
  expect(model.state.value).toEqual({ name: 'looking' })
  await model.look()
  expect(model.state.value).toEqual(state)
})

test('what was subscribed before is told to the server again', async () => {
  const { model, done } = setUp({ permission: 'granted', current: ADDRESS })
  await model.look()
  expect(model.state.value).toEqual({ name: 'on' })
  expect(done).toEqual(['register', 'save https://push.example/1 zh-Hans'])
})

test('on, by a press, and off again', async () => {
  const { model, done } = setUp({ current: ADDRESS })
  await model.look()
  await model.turnOn()
  expect(model.state.value).toEqual({ name: 'on' })
  expect(done).toContain('subscribe key')
  await model.turnOff()
  expect(model.state.value).toEqual({ name: 'off' })
  expect(done.slice(-2)).toEqual(['remove https://push.example/1', 'unsubscribe'])
})

test.each([
  ['denied', { name: 'impossible', obstacle: 'blocked' }],
  ['default', { name: 'off' }],
] as const)('an answer of %p to the browser', async (answer, state) => {
  const { model, done } = setUp({ answer })
  await model.look()
  await model.turnOn()
  expect(model.state.value).toEqual(state)
  expect(done).not.toContain('subscribe key')
})
