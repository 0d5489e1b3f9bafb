import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { createRandom, mutateFrame } from '../mutate-frame.ts'
import { Stage, type HeardFrame, type Page } from './stage.ts'

const FRAME_COUNT = process.env['DUET_LONG'] === '1' ? 1_000_000 : 100_000

const FRAMES = [
  '{"tid":"1","msg":{"action":"join","room":"lake","display":"ann"}}',
  '{"tid":"2","msg":{"action":"join","room":"lake","display":"ben"}}',
  '{"tid":"3","msg":{"action":"join","room":"sea","display":"你好"}}',
  '{"tid":"4","msg":{"action":"publish","room":"lake","display":"ann"}}',
  '{"tid":"5","msg":{"action":"control","room":"lake","display":"ann","call":"alert","data":"hello 👋"}}',
  '{"tid":"6","msg":{"action":"control","room":"lake","display":"ben","call":"refresh"}}',
  '{"tid":"7","msg":{"action":"leave"}}',
  '{ "MSG" : {"Display": "ann", "ROOM": "lake", "action": "publish", "more": [1, -2.5e3, "\\u00e9"]}, "TID": "8" }',
]

test(`SG12 ${FRAME_COUNT} mutated frames throw nothing and hurt nobody else`, () => {
  const records: LogRecord[] = []
  const logger = createLogger('debug', (record) => records.push(record))
  const stage = new Stage({ limits: DIALECT_UNLIMITED, logger })
  const random = createRandom(7)
  const quiet = stage.join('ann', 'quiet')
  const other = stage.join('ben', 'quiet')
  const displays = ['ann', 'ben', 'cleo']
  const pages = displays.map((display) => stage.join(display))
  let heard = 0
  const look = (page: Page): void => {
    expect(page.frames.every(isWellFormed)).toBe(true)
    heard += page.frames.filter(({ msg }) => msg?.action === 'notify').length
    page.forget()
  }
  for (let count = 0; count < FRAME_COUNT; count++) {
    const index = count % pages.length
    const page = pages[index]
    page?.socket.say(mutateFrame(FRAMES, random))
    if (!page?.socket.closed) continue
    look(page)
    // Its display may be somebody else's by now, who shows no sign of life.
    pages[index] = stage.join(displays[index] ?? '')
    for (const each of [quiet, other]) each.socket.pong()
    stage.clock.advance(2_000)
  }
  for (const page of pages) {
    look(page)
    page.socket.hangUp()
  }
  stage.clock.advance(2_000)
  expect(heard).toBeGreaterThan(FRAME_COUNT / 20)
  quiet.forget()
  other.forget()
  quiet.ask('control', { room: 'quiet', display: 'ann', call: 'alert', data: 'still here' })
  expect(other.frames.at(-1)).toMatchObject({ msg: { data: 'still here' } })
  const unexpected = records.filter(({ message }) => message !== 'connection dropped')
  expect(unexpected).toEqual([])
  expect(stage.hub.roomCount).toBe(1)
  expect(stage.gateway.load).toEqual({ connections: 2, addresses: 1, displays: 2 })
}, 600_000)

/** Has the form of what clients of this dialect are told. */
function isWellFormed({ tid, msg, ...more }: HeardFrame): boolean {
  if (Object.keys(more).length > 0) return false
  if (msg === null) return typeof tid === 'string'
  const isAnswer = msg.action === 'join' || msg.action === 'error'
  if (isAnswer !== (typeof tid === 'string')) return false
  return Array.isArray(msg.participants) && (isAnswer || msg.action === 'notify')
}
