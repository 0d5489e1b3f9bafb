import { expect, test } from 'bun:test'
import { createLogger, FakeClock, silentLogger } from '@duet/base'
import type { Certificate } from './certificate.ts'
import { watchCertificate } from './certificate-watch.ts'

const HOUR_MS = 60 * 60 * 1000

function certificate(cert: string): Certificate {
  return { cert, key: 'key', isSelfSigned: true, names: [], endsAt: 0 }
}

/** Lets the promises of one look settle. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a changed certificate is handed on once, and nothing runs after the end', async () => {
  const clock = new FakeClock()
  const found = ['one', 'one', 'two', 'two']
  const changes: string[] = []
  const stop = watchCertificate({
    current: certificate('one'),
    read: () => Promise.resolve(certificate(found.shift() ?? 'none left')),
    onChange: ({ cert }) => changes.push(cert),
    intervalMs: HOUR_MS,
    clock,
    logger: silentLogger,
  })
  for (let hour = 0; hour < 4; hour += 1) {
    clock.advance(HOUR_MS)
    await settled()
  }
  expect(found).toEqual([])
  expect(changes).toEqual(['two'])
  stop()
  expect(clock.pending).toBe(0)
})

test('one that can’t be read is logged, and the next one still comes', async () => {
  const clock = new FakeClock()
  const messages: string[] = []
  const changes: string[] = []
  const answers = [Promise.reject(new Error('half written')), Promise.resolve(certificate('two'))]
  answers[0]?.catch(() => {})
  watchCertificate({
    current: certificate('one'),
    read: () => answers.shift() ?? Promise.resolve(undefined),
    onChange: ({ cert }) => changes.push(cert),
    intervalMs: HOUR_MS,
    clock,
    logger: createLogger('error', ({ fields }) => messages.push(String(fields['error']))),
  })
  clock.advance(HOUR_MS)
  await settled()
  clock.advance(HOUR_MS)
  await settled()
  expect(messages).toEqual(['half written'])
  expect(changes).toEqual(['two'])
})

test('without a certificate there is nothing to watch', () => {
  const clock = new FakeClock()
  watchCertificate({
    current: undefined,
    read: () => Promise.resolve(undefined),
    onChange: () => {},
    intervalMs: HOUR_MS,
    clock,
    logger: silentLogger,
  })
  expect(clock.pending).toBe(0)
})
