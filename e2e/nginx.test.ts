import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startNginx, type RunningNginx } from './harness/nginx.ts'
import { startServer, type RunningServer } from './harness/server.ts'

const missing = Bun.which('nginx') ? undefined : 'nginx is not installed (apt-get install nginx).'
if (missing) console.log(`Skipped: ${missing}`)

describe.skipIf(missing !== undefined)('behind nginx that speaks HTTPS', () => {
  const running: { server?: RunningServer; nginx?: RunningNginx } = {}

  beforeAll(async () => {
    running.server = await startServer()
    running.nginx = await startNginx(running.server.http)
  }, 30_000)

  afterAll(async () => {
    await running.nginx?.close()
    await running.server?.close()
  }, 30_000)

  test('the page comes without a redirect', async () => {
    const response = await ask(running.nginx?.origin)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<html')
  })

  test('without a proxy the same name is led to HTTPS', async () => {
    const response = await ask(running.server?.http)
    expect([301, 302, 307, 308]).toContain(response.status)
    expect(response.headers.get('location')).toStartWith('https://duet.example')
  })

  test('the WebSocket passes', async () => {
    const socket = openSocket(running.nginx?.origin)
    expect([await firstEvent(socket), socket.protocol]).toEqual(['open', 'duet.v1'])
    socket.close()
  })

  test('through a proxy that passes no upgrades the page comes, and no WebSocket', async () => {
    const nginx = await startNginx(running.server?.http ?? '', { passesUpgrades: false })
    try {
      expect((await ask(nginx.origin)).status).toBe(200)
      expect(await firstEvent(openSocket(nginx.origin))).toBe('error')
    } finally {
      await nginx.close()
    }
  })
})

function openSocket(origin: string | undefined): WebSocket {
  return new WebSocket(`${origin?.replace('http', 'ws')}/ws`, ['duet.v1'])
}

function firstEvent(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve('open'))
    socket.addEventListener('error', () => resolve('error'))
  })
}

/** Asks for the first page as someone elsewhere would, under a public name. */
function ask(origin: string | undefined): Promise<Response> {
  return fetch(`${origin}/`, { headers: { host: 'duet.example' }, redirect: 'manual' })
}
