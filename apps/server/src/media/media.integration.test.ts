import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exchangeRaw } from '../front/testing.ts'
import { FREE_PORTS, runToEnd, spawnServer } from '../spawn-server.ts'
import { MAX_OFFER_BYTES, MAX_SRS_BODY_BYTES } from './limits.ts'
import { SDP_HEADERS } from './testing/stage.ts'

const data = mkdtempSync(join(tmpdir(), 'duet-media-'))
const server = await spawnServer([...FREE_PORTS, '--host', '127.0.0.1'], undefined, data)
const origin = `http://127.0.0.1:${server.port('http')}`
const insecure = { tls: { rejectUnauthorized: false } }

afterAll(async () => {
  await server.stop()
  rmSync(data, { recursive: true })
})

/** The ports of SRS that a start printed. */
function srsPortsIn(banner: string): (string | undefined)[] {
  return [/srs-api on (\d+)/.exec(banner)?.[1], /srs on (\d+)/.exec(banner)?.[1]]
}

const [apiPort, srsPort] = srsPortsIn(server.banner)

test('MD25 web ports and SRS’s ports answer the same, over HTTP and HTTPS', async () => {
  const secure = `https://127.0.0.1:${/Firewall +\d+,(\d+)/.exec(server.banner)?.[1]}`
  const places = [origin, secure, `http://127.0.0.1:${apiPort}`, `http://127.0.0.1:${srsPort}`]
  for (const place of places) {
    const init = { method: 'POST', body: '{}', ...insecure }
    const answer = await fetch(`${place}/rtc/v1/publish/`, init)
    expect([place, await answer.json()]).toEqual([
      place,
      { code: 5019, message: expect.any(String) as string },
    ])
    const native = await fetch(`${place}/whip/lake/ann`, { method: 'POST', ...insecure })
    expect([place, native.status]).toEqual([place, 401])
  }
})

test('MD25 SRS’s pages call over plain HTTP, whatever the host is called', async () => {
  for (const [method, path, status] of [
    ['OPTIONS', '/rtc/v1/play/', 200],
    ['POST', '/rtc/v1/play/', 200],
    ['GET', '/api/v1/versions', 401],
    ['GET', '/whip/lake/ann', 204],
    ['GET', '/people', 307],
  ]) {
    const answer = await fetch(`${origin}${path}`, {
      method: String(method),
      headers: { host: 'duet.example' },
      redirect: 'manual',
    })
    expect([path, answer.status]).toEqual([path, Number(status)])
  }
})

test('MD16 SRS’s API and the one of accounts stand beside each other', async () => {
  const versions = await fetch(`http://127.0.0.1:${apiPort}/api/v1/versions`)
  expect(await versions.json()).toMatchObject({ code: 0, data: { major: 4 } })
  expect((await fetch(`${origin}/api/v1/versions`)).status).toBe(401)
  const session = await fetch(`${origin}/api/people`)
  expect(await session.json()).toMatchObject({ error: { code: 'not-signed-in' } })
})

test('MD3 what is too long is told in the form of each address', async () => {
  const post = (path: string, bytes: number) =>
    fetch(`${origin}${path}`, { method: 'POST', headers: SDP_HEADERS, body: 'x'.repeat(bytes) })
  const native = await post('/whip/lake/ann', MAX_OFFER_BYTES + 1)
  expect([native.status, await native.json()]).toMatchObject([413, { code: 'too-long' }])
  expect((await post('/whip/lake/ann', MAX_OFFER_BYTES)).status).toBe(401)
  const srs = await post('/rtc/v1/play/', MAX_SRS_BODY_BYTES + 1)
  expect([srs.status, await srs.json()]).toMatchObject([200, { code: 5019 }])
  const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`
  const raw = await exchangeRaw(
    server.port('http'),
    'POST /whip/lake/ann HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' +
      `Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
  )
  expect(raw).toStartWith('HTTP/1.1 413')
})

test('MD7 the token that the command prints opens its address, and no other', async () => {
  const flags = ['--data', data, '--http', String(server.port('http'))]
  const said = await runToEnd(['media-token', 'publish', 'lake/ann', ...flags])
  const token = /^Token +(\S+)$/m.exec(said.output)?.[1]
  const open = async (path: string) => {
    const headers = { ...SDP_HEADERS, authorization: `Bearer ${token}` }
    return (await fetch(`${origin}${path}`, { method: 'POST', headers, body: 'hello' })).status
  }
  // It is let in, and told that this is no offer.
  expect(await open('/whip/lake/ann')).toBe(400)
  expect(await open('/whip/lake/ben')).toBe(403)
})

test('MD25 ports of SRS that are in use are no end', async () => {
  const flags = [...FREE_PORTS, '--host', '127.0.0.1']
  const taken = ['--srs-api-port', String(apiPort), '--srs-port', String(srsPort)]
  const other = await spawnServer([...flags.slice(0, 10), ...taken, '--host', '127.0.0.1'])
  expect(srsPortsIn(other.banner)).toEqual([undefined, undefined])
  expect((await fetch(`${other.origin('http')}/healthz`)).status).toBe(200)
  expect((await other.stop()).code).toBe(0)
})
