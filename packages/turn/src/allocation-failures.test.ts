import { expect, test } from 'bun:test'
import { createLogger, FakeClock, formatRecord, type LogRecord } from '@duet/base'
import { AllocationFailures } from './allocation-failures.ts'
import { World } from './testing/world.ts'

function keptLog() {
  const records: LogRecord[] = []
  return { records, logger: createLogger('info', (record) => records.push(record)) }
}

test('a failed allocation is told in one sentence, without name or address', async () => {
  const { records, logger } = keptLog()
  const world = await World.create({ logger, limits: { allocationsPerUser: 1 } })
  expect(await world.client('8.0.0.1:1', 'mallory', 'x').tryAllocate()).toBe(401)
  expect(await world.client('8.0.0.1:2', 'ann', 'guessed').tryAllocate()).toBe(401)
  expect(await world.client('8.0.0.1:3').tryAllocate()).toBe(0)
  expect(await world.client('8.0.0.1:4').tryAllocate()).toBe(486)
  const lines = records.filter(({ message }) => !message.startsWith('allocation made'))
  expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'info: a relay was refused: its user name is none of this server',
    'info: a relay was refused: its password is wrong, or signed with another secret',
    'warn: a relay was refused: its user, its address or all together have as many as they may',
  ])
  const written = lines.map((line) => formatRecord(line, new Date(0))).join('\n')
  expect(written).not.toMatch(/8\.0\.0\.1|mallory|ann\b|guessed/)
})

test('alike ones are counted and not repeated', () => {
  const { records, logger } = keptLog()
  const clock = new FakeClock()
  const failures = new AllocationFailures(clock, logger)
  for (let count = 0; count < 1000; count += 1) failures.report('wrong-password', 'udp')
  failures.report('stale-nonce', 'udp')
  failures.report('no-free-port', 'tcp')
  expect(records.map(({ fields }) => fields)).toEqual([
    { reason: 'wrong-password', transport: 'udp' },
    { reason: 'no-free-port', transport: 'tcp' },
  ])
  clock.advance(10_000)
  failures.report('wrong-password', 'udp')
  expect(records.at(-1)?.fields).toEqual({
    reason: 'wrong-password',
    transport: 'udp',
    alikeSince: 999,
  })
})
