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
    const url = `${running.nginx?.origin.replace('http', 'ws')}/ws`
    const socket = new WebSocket(url, ['duet.v1'])
    const event = await new Promise<string>((resolve) => {
      socket.addEventListener('open', () => resolve('open'))
      socket.addEventListener('error', () => resolve('error'))
    })
    expect([event, socket.protocol]).toEqual(['open', 'duet.v1'])
    socket.close()
  })
})

/** Asks for the first page as someone elsewhere would, under a public name. */
function ask(origin: string | undefined): Promise<Response> {
  return fetch(`${origin}/`, { headers: { host: 'duet.example' }, redirect: 'manual' })
}
