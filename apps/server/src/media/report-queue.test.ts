import { afterAll, expect, test } from 'bun:test'
import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import { until } from '../testing/until.ts'
import { MAX_QUEUED_REPORTS, placeOf, ReportQueue } from './report-queue.ts'
import { CallbackServer } from './testing/callback-server.ts'

const server = new CallbackServer()
afterAll(() => server.stop())

test('MD23 reports that nobody hears are bounded: the oldest one goes', async () => {
  const records: LogRecord[] = []
  const queue = new ReportQueue(
    new FakeClock(),
    createLogger('warn', (record) => records.push(record)),
  )
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.answer = async () => {
    await promise
    return new Response('0')
  }
  const sending = 8
  const count = MAX_QUEUED_REPORTS + sending + 3
  for (let number = 0; number < count; number += 1) queue.add(server.url, { action: `${number}` })
  expect(records).toHaveLength(3)
  expect(JSON.stringify(records)).not.toContain('secret')
  resolve(undefined)
  await until(() => server.events.length === count - 3)
  expect(server.actions).not.toContain(String(sending))
  expect(server.actions).toContain(String(count - 1))
  await queue.close()
})

test('MD23 a callback is named without what may be secret', () => {
  expect(placeOf('http://127.0.0.1:8085/a/b?secret=s#x')).toBe('http://127.0.0.1:8085/a/b')
})
