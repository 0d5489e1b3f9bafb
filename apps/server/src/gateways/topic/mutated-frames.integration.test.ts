import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { createRandom, mutateFrame } from '../mutate-frame.ts'
import { Stage, type Page } from './stage.ts'

const FRAME_COUNT = process.env['DUET_LONG'] === '1' ? 1_000_000 : 100_000

const FRAMES = [
  '{"cmd":"subscribe","subject":"room-lake"}',
  '{"cmd":"subscribe","subject":"room-sea"}',
  '{"cmd":"subscribe","subject":"news"}',
  '{"cmd":"publish","subject":"room-lake","event":"call","data":null}',
  '{"cmd":"publish","subject":"room-lake","event":"offer","data":{"type":"offer","sdp":"v=0\\r\\n"}}',
  '{"cmd":"publish","subject":"room-sea","event":"answer","data":{"type":"answer","sdp":"v=0\\r\\n"}}',
  '{"cmd":"publish","subject":"news","event":"candidate","data":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}}',
  '{ "data": {"a": [1, -2.5e3, "\\u00e9"]}, "event": "own", "subject": "room-lake", "cmd": "publish" }',
  '{"cmd":"publish","subject":"room-lake","event":"chat","data":"hello 你好 👋"}',
]

test(`TP12 ${FRAME_COUNT} mutated frames throw nothing and hurt nobody else`, () => {
  const records: LogRecord[] = []
  const logger = createLogger('debug', (record) => records.push(record))
  const stage = new Stage({ limits: DIALECT_UNLIMITED, logger })
  const random = createRandom(7)
  const [quiet, other] = stage.pair('room-quiet')
  const pages = Array.from({ length: 3 }, () => stage.connect())
  const subscribeAll = (page: Page) => {
    for (const subject of ['room-lake', 'room-sea', 'news']) page.subscribe(subject)
  }
  pages.forEach(subscribeAll)
  let heard = 0
  for (let count = 0; count < FRAME_COUNT; count++) {
    const index = count % pages.length
    pages[index]?.socket.say(mutateFrame(FRAMES, random))
    if (count % 1_000 !== 0) continue
    // The names that mutations subscribed to are forgotten with their socket.
    for (const page of pages) {
      expect(page.frames.every(isRelayed)).toBe(true)
      heard += page.frames.length
      page.forget()
    }
    pages[index]?.socket.hangUp()
    pages[index] = stage.connect()
    pages.forEach(subscribeAll)
  }
  expect(heard).toBeGreaterThan(FRAME_COUNT / 10)
  quiet.publish('x', 'still here', 'room-quiet')
  expect(other.frames).toMatchObject([{ data: 'still here' }])
  expect(records).toEqual([])
  for (const page of pages) page.socket.hangUp()
  expect(stage.hub.roomCount).toBe(1)
}, 600_000)

/** Has the form of what the others are told. */
function isRelayed(frame: object): boolean {
  const [cmd, event, data, ...more] = Object.entries(frame)
  if (cmd?.[0] !== 'cmd' || cmd[1] !== 'publish' || more.length > 0) return false
  return event?.[0] === 'event' && typeof event[1] === 'string' && data?.[0] === 'data'
}
