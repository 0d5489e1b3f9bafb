import { isAccountPage, pressPlanOf, readNotificationData } from './push/press-plan.ts'
import { planOf, tagOf, type CallNotification } from './push/push-plan.ts'
import { readPush } from './push/push-event.ts'

/** What this file needs of the worker that it runs in; the DOM library has no types for it. */
interface WorkerScope {
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<WindowClient[]>
    openWindow(url: string): Promise<unknown>
    claim(): Promise<void>
  }
  skipWaiting(): Promise<void>
  addEventListener<Name extends keyof WorkerEvents>(
    name: Name,
    listener: (event: WorkerEvents[Name]) => void,
  ): void
}

interface WindowClient {
  url: string
  visibilityState: DocumentVisibilityState
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}

interface Extendable {
  waitUntil(work: Promise<unknown>): void
}

interface WorkerEvents {
  install: Extendable
  activate: Extendable
  push: Extendable & { data: { text(): string } | null }
  notificationclick: Extendable & { notification: Notification; action: string }
}

const scope = globalThis as unknown as WorkerScope

/** Browsers end a worker that waits for longer. */
const LONGEST_WAIT_MS = 65_000

// There is nothing to fetch and nothing to keep: pages come from the server, always the newest.
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))

scope.addEventListener('push', (event) => event.waitUntil(handlePush(event.data?.text() ?? '')))

scope.addEventListener('notificationclick', (event) => {
  const { notification, action } = event
  const data = readNotificationData(notification.data)
  notification.close()
  if (data) event.waitUntil(handlePress(pressPlanOf(data, action)))
})

async function handlePush(text: string): Promise<void> {
  const push = readPush(text)
  if (!push) return
  const windows = await pages()
  const isPageVisible = windows.some(
    ({ url, visibilityState }) => visibilityState === 'visible' && isAccountPage(url),
  )
  const plan = planOf(push, { now: Date.now(), isPageVisible })
  if (plan.name === 'close') return closeRinging(plan.tag)
  if (plan.name === 'missed') return show(plan.show)
  if (plan.name !== 'ring') return
  await show(plan.show)
  await endRing(push.call, plan)
}

/** The server says when it is over; if that does not arrive, the notification must not ring on. */
async function endRing(
  call: string,
  { until, missed }: { until: number; missed: CallNotification },
): Promise<void> {
  await wait(Math.min(until - Date.now(), LONGEST_WAIT_MS))
  const shown = await scope.registration.getNotifications({ tag: tagOf(call) })
  const rings = shown.some(({ data }) => readNotificationData(data)?.isRinging)
  if (rings) await show(missed)
}

async function closeRinging(tag: string): Promise<void> {
  for (const notification of await scope.registration.getNotifications({ tag })) {
    notification.close()
  }
}

async function handlePress(plan: ReturnType<typeof pressPlanOf>): Promise<void> {
  if (plan.name === 'decline') {
    const headers = { 'content-type': 'application/json' }
    await fetch(plan.path, { method: 'POST', headers, body: '{}' })
    return
  }
  const page = (await pages()).find(({ url }) => isAccountPage(url))
  if (page && plan.name === 'go') {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a client has no other
    page.postMessage({ duetCall: plan.call, isAccept: plan.isAccept })
    await page.focus()
    return
  }
  await scope.clients.openWindow(plan.path)
}

function pages(): Promise<WindowClient[]> {
  return scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
}

function show({ title, options }: CallNotification): Promise<void> {
  return scope.registration.showNotification(title, options)
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
