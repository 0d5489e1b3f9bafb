import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../../testing/documented-limit.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { CODES, METHODS } from './codes.ts'
import { MAX_WAITING_FRAMES } from './connection.ts'
import { MAX_HELD_LENGTH, MAX_HELD_SIGNALS } from './held-signals.ts'
import { MAX_BODY_BYTES, PREFIX, SOCKET_PATHS } from './paths.ts'
import { Stage } from './stage.ts'

const document = readDocument('dialects/messages.md')

/** Of rooms there are none to choose here. */
const { maxRooms: _, maxRoomNamesLength: __, ...common } = DIALECT_LIMITS

const limits = {
  maxMessageBytes: new Stage().gateway.routes[0]?.maxMessageBytes ?? 0,
  maxBodyBytes: MAX_BODY_BYTES,
  ...common,
  maxWaitingFrames: MAX_WAITING_FRAMES,
  maxHeldSignals: MAX_HELD_SIGNALS,
  maxHeldLength: MAX_HELD_LENGTH,
}

test.each(Object.entries(limits))('MS17 docs/dialects/messages.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})

test.each([...METHODS])('MS3 docs/dialects/messages.md has %s in its table', (method) => {
  expect(document).toContain(`| \`${method}\` |`)
})

test.each(Object.values(CODES))('MS3 docs/dialects/messages.md has the code %i', (code) => {
  expect(document).toMatch(new RegExp(`^\\|[^|]*\\| ${code} `, 'm'))
})

test.each([PREFIX, ...SOCKET_PATHS])('MS1 MS2 docs/dialects/messages.md names %s', (path) => {
  expect(document).toContain(`\`${path}\``)
})
