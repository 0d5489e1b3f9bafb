import { describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { closeOf, openFront, opened } from '../../front/testing.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import { refuseSrsDialect } from './routes.ts'
import { Stage } from './stage.ts'

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  'sec-websocket-version': '13',
}

/** Runs with the origin of a front that has this gateway. */
async function withFront(
  gateway: Pick<Stage['gateway'], 'routes' | 'httpRoutes'>,
  run: (origin: string) => Promise<void>,
): Promise<void> {
  const { routes, httpRoutes } = gateway
  const { front, port } = openFront({ routes, httpRoutes, logger: silentLogger })
  await run(`http://127.0.0.1:${port}`)
  await front.close()
}

describe('SG1 where it is served', () => {
  test('SG1 the version is 1.0, for pages of any origin', () =>
    withFront(new Stage().gateway, async (origin) => {
      const answer = await fetch(`${origin}/sig/v1/versions`)
      expect([answer.status, await answer.text()]).toEqual([200, '1.0'])
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      const post = await fetch(`${origin}/sig/v1/versions`, { method: 'POST' })
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect((await fetch(`${origin}/sig/v1/versions/x`)).status).toBe(404)
      expect((await fetch(`${origin}/sig/v1/rtc`)).status).toBe(426)
    }))

  test('SG1 SG15 the socket takes any query, and no frame over the limit', () =>
    withFront(new Stage().gateway, async (origin) => {
      const address = `${origin.replace('http', 'ws')}/sig/v1/rtc?room=x&display=y`
      const client = await opened(new WebSocket(address))
      const closed = closeOf(client)
      client.send('x'.repeat(MAX_MESSAGE_BYTES + 1))
      expect((await closed).code).toBe(1009)
    }))

  test('SG1 switched off, every answer names the option', () =>
    withFront(refuseSrsDialect() as Stage['gateway'], async (origin) => {
      for (const [path, headers] of [
        ['/sig/v1/rtc?room=x', HANDSHAKE],
        ['/sig/v1/versions', {}],
      ] as const) {
        const answer = await fetch(`${origin}${path}`, { headers })
        expect(answer.status).toBe(404)
        expect(await answer.text()).toContain('--dialects srs')
      }
    }))
})
