import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { CAST_UNLIMITED } from '../../casts/limits.ts'
import { settled, type FakeClient } from '../../socket-io/fake-client.ts'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { createRandom, mutateFrame } from '../mutate-frame.ts'
import { Cinema } from './actors.ts'
import { CastStage } from './stage.ts'

const FRAME_COUNT = process.env['DUET_LONG'] === '1' ? 1_000_000 : 50_000

/** Frames between two looks at what they did. */
const BATCH = 50

const FRAMES = [
  '40/rtc',
  '41/rtc',
  '42/rtc,["TV_INIT"]',
  '42/rtc,["TV_INIT","the token of one TV"]',
  '42/rtc,["TV_INIT",{"code":"AAAAAA"}]',
  '42/rtc,["JOIN_ROOM","AAAAAA"]',
  '42/rtc,["JOIN_ROOM",{"a":[]}]',
  '42/rtc,["CLIENT_OFFER_TO_SERVER",{"type":"offer","sdp":"v=0\\r\\n"}]',
  '42/rtc,["TV_ANSWER_TO_SERVER",{"type":"answer","sdp":"v=0\\r\\n"}]',
  '42/rtc,["RTC_Candidate_Exchange",{"iceCandidate":{"candidate":"candidate:1","sdpMid":"0"}}]',
  '42/rtc,["RTC_Candidate_Exchange",null]',
  '42/rtc,["TV_REGISTER",{"token":"the token of one TV","code":7}]',
  '42/rtc,["CONNECT_TO_TV",{"username":"Ann","projCode":"AAAAAA"}]',
  '42/rtc,["RTC_Client_Offer_To_Server",{"offer":[[[{}]]]}]',
  '42/rtc,["RTC_TV_Answer_To_Server",{"answer":"x"}]',
  '42/rtc,["VERIFY_FEEDBACK","a.b.c"]',
  '42/rtc,["CONFIG",{"uid":1}]',
  '42/rtc,["TV_GETINFO",{"code":"x","token":5}]',
]

test(`CA7 ${FRAME_COUNT} mutated frames throw nothing and hurt no cast`, async () => {
  const records: LogRecord[] = []
  const logger = createLogger('debug', (record) => records.push(record))
  const stage = new CastStage({ limits: DIALECT_UNLIMITED, castLimits: CAST_UNLIMITED, logger })
  const cinema = new Cinema(stage)
  const [tv, sender] = [await cinema.tv('B'), await cinema.sender('A')]
  expect(await sender.enter(tv.code)).toBe('ok')
  tv.heard()
  const random = createRandom(11)
  const clients: FakeClient[] = []
  for (let count = 0; count < FRAME_COUNT; count += BATCH) {
    for (const i of [0, 1]) {
      if (clients[i] && clients[i].closed === undefined) continue
      clients[i] = await stage.connect(undefined, '/rtc')
    }
    for (let i = 0; i < BATCH; i++) clients[i % 2]?.write(mutateFrame(FRAMES, random))
    await settled()
  }
  await sender.offer('v=still here')
  expect(tv.heard()).toEqual(['offer v=still here'])
  expect(records.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
  for (const client of clients) await client.drop()
  stage.clock.advance(86_400_000 + 60_000)
  expect([stage.casts.codeCount, stage.hub.roomCount]).toEqual([1, 1])
  await stage.server.close()
}, 600_000)

const NONSENSE: unknown[] = [undefined, null, 0, true, '', 'x', [], {}, [[]], { deep: [{}] }]

test('CA8 whatever an event brings, nobody is hurt, and what is of no use is not passed on', async () => {
  const stage = new CastStage()
  const tv = await stage.connect(undefined, '/rtc')
  const sender = await stage.connect(undefined, '/rtc')
  await tv.say('TV_INIT')
  const code = tv.take().find(([event]) => event === 'TV_INIT_OK')?.[1]
  for (const what of NONSENSE) {
    await sender.say('JOIN_ROOM', code)
    tv.take()
    await sender.say('CLIENT_OFFER_TO_SERVER', what)
    await sender.say('RTC_Client_Offer_To_Server', what)
    await sender.say('RTC_Client_Offer_To_Server', { offer: what })
    await sender.say('RTC_Candidate_Exchange', what)
    sender.take()
    await tv.say('RTC_TV_Answer_To_Server', what)
    expect([tv.take(), sender.take()]).toEqual([[], []])
  }
  // Nobody else knows what it means, but those of this dialect may.
  const odd = { type: 'candidate', label: 0, candidate: 5 }
  await sender.say('RTC_Candidate_Exchange', { iceCandidate: odd })
  expect(tv.take()).toEqual([['RTC_Candidate_Exchange', { iceCandidate: odd }]])
  expect([tv.closed, sender.closed]).toEqual([undefined, undefined])
})

test('CA8 what has not the form of a description is not told to other dialects', async () => {
  const stage = new CastStage()
  const cinema = new Cinema(stage)
  const tv = await cinema.tv('native')
  const sender = await stage.connect()
  await sender.say('JOIN_ROOM', tv.code)
  for (const what of [...NONSENSE, { type: 'answer', sdp: 'v=0' }]) {
    await sender.say('CLIENT_OFFER_TO_SERVER', what)
    await sender.say('RTC_Candidate_Exchange', { iceCandidate: what })
  }
  expect(tv.heard()).toEqual(['came'])
})

test('CA8 what is said faster than other dialects bear is for this one only', async () => {
  const stage = new CastStage({ limits: { translatedLengthRate: { perSecond: 1, burst: 10 } } })
  const cinema = new Cinema(stage)
  const [tv, native] = [await cinema.tv('A'), await cinema.tv('native')]
  const sender = await cinema.sender('A')
  for (const each of [tv, native]) {
    await sender.enter(each.code)
    await sender.offer('x'.repeat(11))
  }
  expect(tv.heard()).toEqual(['came', `offer ${'x'.repeat(11)}`, 'gone'])
  expect(native.heard()).toEqual(['came'])
})
