import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { settle } from '../../people/scene.ts'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { createRandom, mutateFrame } from '../mutate-frame.ts'
import { CODES } from './codes.ts'
import { Stage, type Page, type Told } from './stage.ts'

const FRAME_COUNT = process.env['DUET_LONG'] === '1' ? 300_000 : 20_000

const FRAMES = [
  '{"Method":"User/Connect","Type":0,"Message":"","fromId":0,"toId":0,"data":null}',
  '{"Method":"Message/Offer","Type":0,"Message":"x","fromId":1,"toId":2,"data":{"type":"offer","sdp":"v=0\\r\\n"}}',
  '{"Method":"Message/Answer","Type":0,"toId":"1","data":{"type":"answer","sdp":"v=0\\r\\n"}}',
  '{"method":"Message/Candidate","toId":2,"data":{"candidate":{"sdpMlineIndex":0,"sdpMid":"0","candidate":"candidate:1"}}}',
  '{"method":"Message/Call","toId":2,"data":{"media":"audio"}}',
  '{"method":"Message/Accept","toId":1}',
  '{"method":"Message/Reject","type":1,"message":"later","toId":1}',
  '{"method":"Message/Hangup","toId":2}',
  '{ "DATA": [1, -2.5e3, "\\u00e9"], "METHOD": "Message/Hangup", "TOID": 1 }',
]

const KNOWN_CODES = new Set<number>(Object.values(CODES))

test(`MS17 ${FRAME_COUNT} mutated frames throw nothing and hurt nobody else`, async () => {
  const records: LogRecord[] = []
  const logger = createLogger('warn', (record) => records.push(record))
  const stage = new Stage({ limits: DIALECT_UNLIMITED, logger })
  const random = createRandom(11)
  const quiet = await stage.attend(3)
  const pages: Page[] = await Promise.all([stage.attend(1), stage.attend(2)])
  const heard = new Set<number>()
  let closed = 0
  for (let count = 0; count < FRAME_COUNT; count++) {
    const index = count % pages.length
    const page = pages[index]
    page?.socket.say(mutateFrame(FRAMES, random))
    if (page?.socket.closed) {
      closed++
      pages[index] = await stage.attend(index + 1)
    }
    if (count % 50 !== 0) continue
    await settle()
    await answer(pages, count)
    for (const each of [quiet, ...pages]) {
      expect(each.told.every(isRight)).toBe(true)
      for (const code of each.codes) heard.add(code)
      each.forget()
    }
  }
  expect(closed).toBeGreaterThan(FRAME_COUNT / 100)
  for (const code of [1, 10006, 10008, 10009, 10010, 10011, 10012, 10013, 10014, 10015]) {
    expect(heard).toContain(code)
  }
  expect(quiet.socket.closed).toBeUndefined()
  expect(records).toEqual([])
  for (const page of [quiet, ...pages]) page.socket.hangUp()
  await settle()
  expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0, users: 0 })
  expect(stage.scene.rooms.roomCount).toBe(0)
}, 600_000)

/** Now and then the second user rings for good and is answered, so that calls are damaged as well. */
async function answer(pages: readonly Page[], count: number): Promise<void> {
  const [ann, ben] = pages
  if (count % 500 !== 0) return
  ann?.to(2, 'Hangup')
  await settle()
  ann?.to(2, 'Call')
  await settle()
  ben?.to(1, 'Accept')
  await settle()
}

/** Has the form of what a page is told, with words for people. */
function isRight(told: Told): boolean {
  const keys = Object.keys(told).join()
  const isKnown = KNOWN_CODES.has(told.code) && typeof told.method === 'string'
  return keys === 'method,type,message,code,data' && isKnown && told.message.length > 0
}
