import { createLogger, systemClock, type LogRecord } from '@duet/base'
import type { CallInfo, UserId } from '@duet/rules'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PushStore, PushSubscription } from '../store/push-store.ts'
import { createPushAddressTest } from './push-networks.ts'
import { MAX_SUBSCRIPTIONS, PushService } from './push-service.ts'
import { FakeBrowser, FakePushService, vapidClaims } from './testing/fake-push-service.ts'
import { loadVapidKeys } from './vapid-keys.ts'

const ANN = 1
const BOB = 2

/** Subscriptions that end with the test, oldest first. */
class MemoryPushStore implements PushStore {
  list: PushSubscription[] = []

  subscribe(subscription: PushSubscription): Promise<void> {
    this.list = this.list.filter(({ endpoint }) => endpoint !== subscription.endpoint)
    this.list.push(subscription)
    return Promise.resolve()
  }

  unsubscribe(userId: UserId, endpoint: string): Promise<void> {
    this.list = this.list.filter((one) => one.userId !== userId || one.endpoint !== endpoint)
    return Promise.resolve()
  }

  drop(endpoint: string): Promise<void> {
    this.list = this.list.filter((one) => one.endpoint !== endpoint)
    return Promise.resolve()
  }

  subscriptionsOf(userId: UserId): Promise<PushSubscription[]> {
    return Promise.resolve(this.list.filter((one) => one.userId === userId))
  }
}

const folder = mkdtempSync(join(tmpdir(), 'duet-push-'))
const keys = loadVapidKeys(folder)
rmSync(folder, { recursive: true })

let receiver: FakePushService
let store: MemoryPushStore
let logged: LogRecord[]

beforeEach(async () => {
  receiver = await FakePushService.start()
  store = new MemoryPushStore()
  logged = []
})
afterEach(() => receiver.stop())

function service({ allowsLoopback = true, addresses = ['127.0.0.1'] } = {}): PushService {
  const loopback = { address: '127.0.0.0', prefix: 8, family: 'ipv4' as const }
  return new PushService({
    store,
    keys,
    contact: () => 'mailto:operator@duet.example',
    nameOf: () => Promise.resolve('Ann'),
    isOpen: createPushAddressTest(allowsLoopback ? [loopback] : []),
    resolve: () => Promise.resolve(addresses),
    clock: systemClock,
    logger: createLogger('debug', (record) => logged.push(record)),
    authorities: [receiver.certificate],
  })
}

function subscriptionOf(browser: FakeBrowser, path = '/send/secret-endpoint'): PushSubscription {
  const { p256dh, auth } = browser
  const endpoint = `${receiver.origin}${path}`
  return { userId: BOB, loginId: 1, endpoint, p256dh, auth, language: 'zh' }
}

function callTo(callee: UserId): CallInfo {
  const id = '0123456789abcdef0123456789abcdef'
  return { id, caller: ANN, callee, media: 'video', startedAt: Date.now() }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await Bun.sleep(2)
}

test('a ring reaches the browser that alone can read it, and proves who sent it', async () => {
  const browser = new FakeBrowser()
  const push = service()
  expect(await push.canWake(BOB)).toBe(false)
  expect(await push.subscribe(subscriptionOf(browser))).toBeUndefined()
  expect(await push.canWake(BOB)).toBe(true)
  const call = callTo(BOB)
  push.ring(call)
  await until(() => receiver.received.length === 1)
  const [{ body, headers, path } = unreachable()] = receiver.received
  expect(path).toBe('/send/secret-endpoint')
  expect(browser.open(body)).toEqual({
    type: 'ring',
    call: call.id,
    name: 'Ann',
    media: 'video',
    ringsUntil: call.startedAt + 60_000,
    language: 'zh',
  })
  expect(() => new FakeBrowser().open(body)).toThrow()
  expect(headers.get('urgency')).toBe('high')
  expect(headers.get('topic')).toBe(call.id)
  expect(headers.get('content-encoding')).toBe('aes128gcm')
  expect(Number(headers.get('ttl'))).toBeWithin(55, 61)
  const claims = vapidClaims(headers, push.publicKey)
  expect(claims['aud']).toBe(receiver.origin)
  expect(claims['sub']).toBe('mailto:operator@duet.example')
  expect(Number(claims['exp']) * 1000).toBeGreaterThan(Date.now())
})

test.each([
  ['no-answer', true],
  ['cancelled', true],
  ['lost', true],
  ['answered', false],
  ['declined', false],
] as const)(
  'when it ends by %p, the same browser is told whether it was missed: %p',
  async (outcome, isMissed) => {
    const browser = new FakeBrowser()
    const push = service()
    await push.subscribe(subscriptionOf(browser))
    const call = callTo(BOB)
    push.ring(call)
    push.over(call, outcome)
    await until(() => receiver.received.length === 2)
    const told = receiver.received.map(({ body }) => browser.open(body))
    expect(told.find(({ type }) => type === 'over')).toMatchObject({ call: call.id, isMissed })
    // Told once: a second end finds nobody.
    push.over(call, outcome)
    await push.canWake(BOB)
    expect(receiver.received).toHaveLength(2)
  },
)

test.each([404, 410])('a subscription that is gone (%p) is dropped', async (status) => {
  const push = service()
  await push.subscribe(subscriptionOf(new FakeBrowser()))
  receiver.status = status
  push.ring(callTo(BOB))
  await until(() => store.list.length === 0)
  expect(await push.canWake(BOB)).toBe(false)
})

test('a redirect is not followed, and keeps the subscription', async () => {
  const push = service()
  await push.subscribe(subscriptionOf(new FakeBrowser()))
  receiver.status = 307
  push.ring(callTo(BOB))
  await until(() => logged.some(({ message }) => message === 'push'))
  expect(receiver.received.map(({ path }) => path)).toEqual(['/send/secret-endpoint'])
  expect(store.list).toHaveLength(1)
})

test('a name that leads into a private network is not subscribed, nor posted to when it does so later', async () => {
  const closed = service({ allowsLoopback: false })
  expect(await closed.subscribe(subscriptionOf(new FakeBrowser()))).toBe('bad-endpoint')
  await store.subscribe(subscriptionOf(new FakeBrowser()))
  closed.ring(callTo(BOB))
  await until(() => logged.some(({ message }) => message === 'push'))
  expect(receiver.received).toEqual([])
  // One open address among closed ones is no excuse.
  const mixed = service({ addresses: ['127.0.0.1', '10.0.0.1'] })
  expect(await mixed.subscribe(subscriptionOf(new FakeBrowser()))).toBe('bad-endpoint')
})

test('a person has a bounded number of browsers; the oldest goes', async () => {
  const push = service()
  for (let number = 0; number <= MAX_SUBSCRIPTIONS; number += 1) {
    await push.subscribe(subscriptionOf(new FakeBrowser(), `/send/${number}`))
  }
  expect(store.list).toHaveLength(MAX_SUBSCRIPTIONS)
  expect(store.list[0]?.endpoint).toEndWith('/send/1')
})

test('a person has no more browsers when many subscribe at once', async () => {
  const push = service()
  const many = Array.from({ length: 3 * MAX_SUBSCRIPTIONS }, (_, number) =>
    subscriptionOf(new FakeBrowser(), `/send/${number}`),
  )
  await Promise.all(many.map((one) => push.subscribe(one)))
  expect(store.list).toHaveLength(MAX_SUBSCRIPTIONS)
})

test('keys that are none are refused', async () => {
  const push = service()
  const subscription = subscriptionOf(new FakeBrowser())
  expect(await push.subscribe({ ...subscription, p256dh: 'AAAA' })).toBe('bad-keys')
  expect(await push.subscribe({ ...subscription, auth: '' })).toBe('bad-keys')
})

test('endpoints and keys are in no log, whatever happens', async () => {
  const browser = new FakeBrowser()
  const push = service()
  await push.subscribe(subscriptionOf(browser))
  push.ring(callTo(BOB))
  await until(() => receiver.received.length === 1)
  await receiver.stop()
  push.ring(callTo(BOB))
  await until(() => logged.some(({ message }) => message.includes('not reached')))
  const text = JSON.stringify(logged)
  for (const secret of ['secret-endpoint', browser.p256dh, browser.auth, keys.privateKey]) {
    expect(text).not.toContain(secret)
  }
})

function unreachable(): never {
  throw new Error('nothing was received')
}
