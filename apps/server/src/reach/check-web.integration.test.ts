import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@duet/base'
import { loadOwnCertificate, type Certificate } from '../front/certificate.ts'
import { checkWeb, type CheckWebOptions } from './check-web.ts'

const directories: string[] = []
const own = await certificate()
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', tls: own, fetch: () => new Response() })

afterAll(async () => {
  await server.stop(true)
  for (const directory of directories) rmSync(directory, { recursive: true })
})

function certificate(): Promise<Certificate> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'duet-check-web-'))
  directories.push(dataDirectory)
  const names = { needed: ['localhost'], welcome: [] }
  return loadOwnCertificate({ dataDirectory, ...names, now: Date.now() })
}

function check(more: Partial<CheckWebOptions>): Promise<string> {
  return checkWeb({
    host: '127.0.0.1',
    port: server.port ?? 0,
    certificates: [own.cert],
    clock: systemClock,
    timeoutMs: 5_000,
    ...more,
  })
}

test('our own certificate is reached, also as the second one', async () => {
  expect(await check({})).toBe('reached')
  const { cert } = await certificate()
  expect(await check({ certificates: [cert, own.cert] })).toBe('reached')
})

test('another certificate is of somebody else', async () => {
  const { cert } = await certificate()
  expect(await check({ certificates: [cert] })).toBe('other')
})

test('a port that is closed is silent', async () => {
  const closed = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = closed
  await closed.stop(true)
  expect(await check({ port: port ?? 0 })).toBe('silent')
})

test('what takes connections and speaks no TLS is silent', async () => {
  const mute = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  expect(await check({ port: mute.port, timeoutMs: 200 })).toBe('silent')
  mute.stop(true)
})
