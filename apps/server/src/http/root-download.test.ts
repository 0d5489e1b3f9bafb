import { afterAll, expect, test } from 'bun:test'
import { makeCertificate } from '../front/make-certificate.ts'
import { openFront } from '../front/testing.ts'
import { isForStrangers } from './pages.ts'
import { ROOT_PATH, rootDownload } from './root-download.ts'

const DER = new Uint8Array([0x30, 1, 2, 3])
let der: Uint8Array<ArrayBuffer> | undefined = DER

const { front, port } = openFront({
  httpsPorts: [0],
  tls: [await makeCertificate(['localhost'], Date.now())],
  httpRoutes: [rootDownload(() => der)],
  isPlainAllowed: isForStrangers,
})

afterAll(() => front.close())

/** Asks over plain HTTP, as a device in the network does. */
function ask(path: string, method = 'GET'): Promise<Response> {
  const headers = { host: '192.168.1.5' }
  return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, redirect: 'manual' })
}

test('the root is given over plain HTTP, as what devices install', async () => {
  const answer = await ask(ROOT_PATH)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/x-x509-ca-cert')
  expect(await answer.bytes()).toEqual(DER)
})

test('it is one file, only to be read, and none where there is no root', async () => {
  expect((await ask(`${ROOT_PATH}/x`)).status).toBe(404)
  expect((await ask(ROOT_PATH, 'POST')).status).toBe(404)
  der = undefined
  expect((await ask(ROOT_PATH)).status).toBe(404)
  der = DER
})

test.each([
  ['/trust', 200],
  ['/assets/main-1.js', 200],
  ['/favicon.svg', 200],
  ['/', 307],
  ['/trust/x', 307],
  ['/trusted', 307],
  ['/r/lake', 307],
  ['/sw.js', 307],
])('over plain HTTP %s is answered with %i', async (path, status) => {
  expect((await ask(path)).status).toBe(status)
})
