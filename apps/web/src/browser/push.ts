import type { PushAddress, PushApi, PushPort } from '../state/ringing/push-model.ts'

const WORKER = '/sw.js'

/** Absent in insecure contexts, whatever the types say. */
const workers = () => navigator.serviceWorker as ServiceWorkerContainer | undefined

/** Push as this browser has it. `isSelfSigned`: what the server says of its certificate. */
export function browserPush(isSelfSigned: boolean): PushPort {
  return {
    facts: () => ({
      isSecure: window.isSecureContext,
      isSelfSigned: isSelfSigned && location.protocol === 'https:',
      hasPush: workers() !== undefined && 'PushManager' in window && 'Notification' in window,
      needsHomeScreen: isIos() && !window.matchMedia('(display-mode: standalone)').matches,
    }),

    async register() {
      await workers()?.register(WORKER, { scope: '/', updateViaCache: 'none' })
    },

    permission: () => Notification.permission,
    askPermission: () => Notification.requestPermission(),

    async current(key) {
      const manager = await pushManager()
      const subscription = await manager.getSubscription()
      if (!subscription) return null
      const used = subscription.options.applicationServerKey
      if (used && toBase64Url(new Uint8Array(used)) === key) return addressOf(subscription)
      // The server has another key now: with this one it can't send any more.
      await subscription.unsubscribe()
      return null
    },

    async subscribe(key) {
      const manager = await pushManager()
      const subscription = await manager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: key,
      })
      return addressOf(subscription)
    },

    async unsubscribe() {
      const subscription = await (await pushManager()).getSubscription()
      await subscription?.unsubscribe()
    },
  }
}

/** The server's part, over its API. */
export const browserPushApi: PushApi = {
  async key() {
    const { isPossible, key } = (await ask('GET', '/api/push')) as {
      isPossible: boolean
      key: string
    }
    return isPossible ? key : null
  },
  async save(address, language) {
    await ask('PUT', '/api/push/subscription', { ...address, language })
  },
  async remove(endpoint) {
    await ask('DELETE', '/api/push/subscription', { endpoint })
  },
}

async function pushManager(): Promise<PushManager> {
  const registration = await workers()?.ready
  if (!registration) throw new DOMException('no service worker', 'NotSupportedError')
  return registration.pushManager
}

function addressOf(subscription: PushSubscription): PushAddress {
  const { endpoint, keys = {} } = subscription.toJSON()
  const { p256dh, auth } = keys
  if (!endpoint || !p256dh || !auth) {
    throw new DOMException('a subscription without keys', 'NotSupportedError')
  }
  return { endpoint, keys: { p256dh, auth } }
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCodePoint(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`)
  return answer.status === 204 ? undefined : answer.json()
}

/** iPads say that they are Macs, but no Mac has a touch screen. */
function isIos(): boolean {
  const { userAgent, maxTouchPoints } = navigator
  return /iPhone|iPod|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
}
