import { describe, expect, test } from 'bun:test'
import { createLogger, type LogLevel } from '@duet/base'
import { ATTRIBUTE, encodeText, METHOD, type StunAttribute } from '@duet/stun'
import { usersAuthenticator } from '../authenticator.ts'
import { NO_LIFETIME } from '../testing/forge.ts'
import { codeOf, UDP_TRANSPORT } from '../testing/turn-client.ts'
import { World } from '../testing/world.ts'

/** A log that keeps its lines as they are written. */
function keptLog(level: LogLevel) {
  const lines: string[] = []
  const logger = createLogger(level, ({ message, fields }) => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  })
  return { lines, logger }
}

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '%s%n%x',
  'ann\r\nerror forged line',
  'ann\u0000bob',
  '\u001b[2J',
  'x'.repeat(508),
]

describe('attack 7: names', () => {
  test.each(HOSTILE)('%j is nobody, and stands in no log and no figure', async (name) => {
    const { lines, logger } = keptLog('debug')
    const world = await World.create({ logger })
    const client = world.client('8.0.0.1:1000', name, 'secret')
    expect(await client.tryAllocate()).toBe(401)
    const seen = [...lines, JSON.stringify(await world.stats())].join()
    if (name !== '') expect(seen).not.toContain(JSON.stringify(name).slice(1, -1))
    expect(seen).not.toContain('forged line')
  })

  test.each(HOSTILE.filter((name) => name !== ''))('%j may be a user like others', async (name) => {
    const world = await World.create({
      authenticate: usersAuthenticator(new Map([[name, 'secret']])),
      limits: { allocationsPerUser: 1 },
    })
    await world.client('8.0.0.1:1', name, 'secret').allocate()
    expect(await world.client('8.0.0.1:2', name, 'secret').tryAllocate()).toBe(486)
  })

  const long = (type: number, bytes: number): StunAttribute => ({
    type,
    value: encodeText('x'.repeat(bytes)),
  })
  test.each([
    ['USERNAME of 508 bytes', 401, long(ATTRIBUTE.username, 508)],
    ['USERNAME of 509 bytes', 400, long(ATTRIBUTE.username, 509)],
    ['USERNAME of 600 bytes', 400, long(ATTRIBUTE.username, 600)],
    [
      'USERNAME that is no UTF-8',
      400,
      { type: ATTRIBUTE.username, value: Uint8Array.of(0xff, 0xfe) },
    ],
    ['REALM of 763 bytes', 401, long(ATTRIBUTE.realm, 763)],
    ['REALM of 764 bytes', 400, long(ATTRIBUTE.realm, 764)],
    ['NONCE of 763 bytes', 438, long(ATTRIBUTE.nonce, 763)],
    ['NONCE of 764 bytes', 400, long(ATTRIBUTE.nonce, 764)],
    ['SOFTWARE of 763 bytes', 0, long(ATTRIBUTE.software, 763)],
    ['SOFTWARE of 764 bytes', 400, long(ATTRIBUTE.software, 764)],
  ])('TU11 %s: %i', async (_name, code, attribute) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    // The first of two counts.
    const answer = await client.request(METHOD.allocate, [attribute, UDP_TRANSPORT])
    expect(codeOf(answer)).toBe(code)
  })
})

test('attack 21: no password, key, nonce or name is in a log or a figure', async () => {
  const { lines, logger } = keptLog('debug')
  const world = await World.create({ logger, limits: { allocationsPerUser: 1 } })
  const client = world.client()
  await client.allocate()
  await client.permit()
  client.password = 'guess-1234'
  await client.request(METHOD.refresh, [])
  client.password = 'secret'
  expect(await world.client('8.0.0.1:1001').tryAllocate()).toBe(486)
  await client.refresh(NO_LIFETIME)
  const seen = [...lines, JSON.stringify(await world.stats())].join('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const secret of ['secret', 'guess-1234', '"ann"', client.nonce, 'a key for nonces']) {
    expect(seen).not.toContain(secret)
  }
})

test('attack 21: from level info on no address is in a log', async () => {
  const { lines, logger } = keptLog('info')
  const world = await World.create({ logger })
  const client = world.client()
  await client.allocate()
  await client.permit()
  await client.refresh(NO_LIFETIME)
  expect(lines.length).toBe(2)
  expect(lines.join()).not.toMatch(/\d+\.\d+\.\d+\.\d+/)
})
