import { describe, expect, test } from 'bun:test'
import { GRACE_MS } from '@duet/protocol'
import { MAX_TOKEN_NAME_LENGTH } from '../../casts/tokens.ts'
import { settled, type FakeClient } from '../../socket-io/fake-client.ts'
import { LOGIN_TIMEOUT_MS } from './login.ts'
import { CastStage, ICE_SERVERS } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0' }
const ANSWER = { type: 'answer', sdp: 'v=0' }
const CANDIDATE = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
const TOKEN = 'the token of one TV'
const CODE = /^[A-Z2-9]{6}$/

const isCode: unknown = expect.stringMatching(CODE)

async function connect(stage: CastStage, namespace = '/rtc'): Promise<FakeClient> {
  const client = await stage.connect(undefined, namespace)
  client.take()
  return client
}

/** A TV of A that shows its code. */
async function shown(stage: CastStage): Promise<{ tv: FakeClient; code: string }> {
  const tv = await connect(stage)
  await tv.say('TV_INIT', TOKEN)
  return { tv, code: String(tv.take()[0]?.[1]) }
}

describe('A', () => {
  test.each(['/', '/rtc'])('CA1 CA5 CA7 CA12 as it was printed, on %s', async (namespace) => {
    const stage = new CastStage()
    const [tv, sender] = [await connect(stage, namespace), await connect(stage, namespace)]
    await tv.say('TV_INIT')
    const [[, code] = []] = tv.frames.length > 0 ? [tv.take()[0]] : []
    expect(code).toEqual(isCode)
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()).toEqual([
      ['JOIN_ROOM_OK', { code }],
      ['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS } }],
    ])
    await sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    await sender.say('RTC_Candidate_Exchange', { iceCandidate: CANDIDATE })
    expect(tv.take()).toEqual([
      ['NEW_CLIENT_JOIN', { username: '' }],
      ['CLIENT_OFFER_TO_TV', OFFER],
      ['RTC_Candidate_Exchange', { iceCandidate: CANDIDATE }],
    ])
    await tv.say('TV_ANSWER_TO_SERVER', ANSWER)
    await tv.say('RTC_Candidate_Exchange', { iceCandidate: CANDIDATE })
    expect(sender.take()).toEqual([
      ['TV_ANSWER_TO_CLIENT', ANSWER],
      ['RTC_TV_Answer_To_Client', ANSWER],
      ['RTC_Candidate_Exchange', { iceCandidate: CANDIDATE }],
    ])
  })

  test('CA1 the code comes first, then the ICE servers', async () => {
    const tv = await connect(new CastStage())
    await tv.say('TV_INIT')
    expect(tv.take()).toEqual([
      ['TV_INIT_OK', isCode],
      ['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS } }],
    ])
  })

  test.each(['RTC_TV_Answer_To_Server'])(
    'CA7 an answer named %s arrives, boxed or not',
    async (event) => {
      const stage = new CastStage()
      const { tv, code } = await shown(stage)
      const sender = await connect(stage)
      await sender.say('JOIN_ROOM', code)
      sender.take()
      for (const said of [ANSWER, { answer: ANSWER }]) {
        await tv.say(event, said)
        expect(sender.take()[0]).toEqual(['TV_ANSWER_TO_CLIENT', ANSWER])
      }
    },
  )

  test.each([
    ['no-such-cast', 'AAAAAA'],
    ['no-such-cast', 'nonsense'],
    ['no-such-cast', undefined],
    ['no-such-cast', { code: 'AAAAAA' }],
  ] as const)('CA5 a wrong code is told (%s), and joins nothing', async (reason, code) => {
    const stage = new CastStage()
    const { tv } = await shown(stage)
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()).toEqual([['JOIN_ROOM_FAILED', { msg: 'No TV shows this code.', reason }]])
    await sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    expect([tv.take(), stage.hub.roomCount]).toEqual([[], 1])
  })

  test('CA5 entering a code leaves the cast before', async () => {
    const stage = new CastStage()
    const { tv, code } = await shown(stage)
    const other = await connect(stage)
    await other.say('TV_INIT')
    const otherCode = other.take()[0]?.[1]
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', code)
    await sender.say('JOIN_ROOM', otherCode)
    expect(tv.take().at(-1)).toEqual(['USER_OFFLINE', { user: '' }])
    expect(other.take()).toEqual([['NEW_CLIENT_JOIN', { username: '' }]])
  })
})

describe('CA2 CA3 CA4 codes of TVs', () => {
  test('CA2 the same token, the same code: after a reload, and after a restart', async () => {
    const stage = new CastStage()
    const { tv, code } = await shown(stage)
    await tv.drop()
    expect((await shown(stage)).code).toBe(code)
    expect((await shown(new CastStage())).code).toBe(code)
  })

  test('CA2 a token that anybody could guess counts as none', async () => {
    const stage = new CastStage()
    const codes: unknown[] = []
    for (let each = 0; each < 2; each++) {
      const tv = await connect(stage)
      await tv.say('TV_INIT', 'tv1')
      codes.push(tv.take()[0]?.[1])
    }
    expect(codes[0]).not.toBe(codes[1])
  })

  test.each([
    ['TV_INIT', 'TV_INIT_OK'],
    ['TV_REGISTER', 'TV_REGISTER_SUCCESS'],
  ])('CA3 %s with the code that it had: while it is kept', async (event, answer) => {
    const stage = new CastStage()
    const tv = await connect(stage)
    await tv.say(event)
    const first = tv.take()[0]?.[1]
    const code = typeof first === 'string' ? first : (first as { projCode: string }).projCode
    const back = await connect(stage)
    await back.say(event, { code })
    // It is still shown by the other one.
    expect(back.take()[0]).not.toEqual([answer, first])
    await tv.drop()
    await back.say(event, { code: code.toLowerCase() })
    expect(back.take()[0]).toEqual([answer, first])
    await back.drop()
    stage.clock.advance(GRACE_MS + 1_000)
    const late = await connect(stage)
    await late.say(event, { code })
    expect(late.take()[0]).not.toEqual([answer, first])
  })

  test('CA4 of two TVs with one token the former gets another code', async () => {
    const stage = new CastStage()
    const { tv, code } = await shown(stage)
    const other = await shown(stage)
    expect(other.code).toBe(code)
    expect(tv.take()).toEqual([
      ['TV_INIT_OK', isCode],
      ['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS } }],
    ])
    expect(stage.hub.roomCount).toBe(2)
  })

  test('CA1 said again, the former code is given up', async () => {
    const stage = new CastStage()
    const tv = await connect(stage)
    await tv.say('TV_INIT')
    const former = tv.take()[0]?.[1]
    await tv.say('TV_INIT')
    expect(tv.take()[0]?.[1]).not.toBe(former)
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', former)
    expect(sender.take()[0]?.[1]).toMatchObject({ reason: 'cast-over' })
  })

  test('L2 no code to be had', async () => {
    const stage = new CastStage({ castLimits: { openRate: { perSecond: 1, burst: 1 } } })
    await shown(stage)
    const tv = await connect(stage)
    await tv.say('TV_INIT')
    await tv.say('TV_REGISTER')
    await tv.say('TV_GETINFO', { token: stage.tokens.issue('TV', 60) })
    expect(tv.take().map(([event]) => event)).toEqual([
      'TV_INIT_FAILED',
      'TV_REGISTER_FAILED',
      'TV_COMMAND',
      'COMMAND',
    ])
  })
})

describe('B', () => {
  test('CA1 CA5 CA7 as it was printed', async () => {
    const stage = new CastStage()
    const [tv, sender] = [await connect(stage), await connect(stage)]
    await tv.say('TV_REGISTER', { token: TOKEN })
    const [registered, config] = tv.take()
    expect(registered).toEqual(['TV_REGISTER_SUCCESS', { projCode: isCode }])
    expect(config).toEqual(['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS } }])
    const { projCode } = (registered?.[1] ?? {}) as { projCode: string }
    await sender.say('CONNECT_TO_TV', { username: 'Ann', projCode })
    expect(sender.take()[0]).toEqual(['CONNECT_TO_TV_SUCCESS', { msg: 'The TV is there.' }])
    await sender.say('RTC_Client_Offer_To_Server', { offer: OFFER })
    expect(tv.take()).toEqual([
      ['NEW_CLIENT_JOIN', { username: 'Ann' }],
      ['RTC_Client_Offer_To_TV', { offer: OFFER }],
    ])
    await tv.say('RTC_TV_Answer_To_Server', { answer: ANSWER })
    expect(sender.take()).toEqual([['RTC_TV_Answer_To_Client', { answer: ANSWER }]])
    await sender.drop()
    expect(tv.take()).toEqual([['USER_OFFLINE', { user: 'Ann' }]])
  })

  test('CA5 refused', async () => {
    const sender = await connect(new CastStage())
    await sender.say('CONNECT_TO_TV', { username: 'Ann', projCode: 'AAAAAA' })
    expect(sender.take()).toEqual([
      ['CONNECT_TO_TV_FAILED', { msg: 'No TV shows this code.', reason: 'no-such-cast' }],
    ])
  })

  test('B and C are not spoken on the main namespace', async () => {
    const stage = new CastStage()
    const client = await connect(stage, '/')
    for (const event of ['TV_REGISTER', 'TV_GETINFO', 'CONFIG', 'VERIFY_FEEDBACK']) {
      await client.say(event, {})
    }
    stage.clock.advance(2 * LOGIN_TIMEOUT_MS)
    expect([client.take(), client.closed]).toEqual([[], undefined])
  })
})

describe('C', () => {
  test('CA9 CA10 a login, then the configuration, then a TV', async () => {
    const stage = new CastStage()
    const { code } = await shown(stage)
    const sender = await stage.connect(undefined, '/rtc')
    expect(sender.take()).toEqual([['VERIFY']])
    await sender.say('VERIFY_FEEDBACK', stage.tokens.issue('Ann', 60))
    expect(sender.take()).toEqual([['VERIFY_RESPONCE', { code: 200, msg: 'Welcome, Ann' }]])
    await sender.say('CONFIG', { uid: 1, realname: 'Ann' })
    expect(sender.take()).toEqual([
      ['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS, iceCandidatePoolSize: 2 } }],
    ])
    await sender.say('CONNECT_TO_TV', { username: 'Ann', projCode: code })
    expect(sender.take()).toEqual([['CONNECT_TO_TV_SUCCESS', { msg: 'The TV is there.' }]])
  })

  test('CA10 the configuration may be asked for before the token is there', async () => {
    const stage = new CastStage()
    const sender = await connect(stage)
    await sender.say('CONFIG', {})
    expect(sender.take()).toEqual([])
    await sender.say('VERIFY_FEEDBACK', stage.tokens.issue('Ann', 60))
    expect(sender.take().map(([event]) => event)).toEqual(['VERIFY_RESPONCE', 'CONFIG_FEEDBACK'])
    stage.clock.advance(2 * LOGIN_TIMEOUT_MS)
    expect(sender.closed).toBeUndefined()
  })

  test('CA9 a wrong token is told, and the client disconnected', async () => {
    const sender = await connect(new CastStage())
    await sender.say('VERIFY_FEEDBACK', 'nonsense')
    await settled()
    expect(sender.take()).toEqual([
      ['VERIFY_RESPONCE', { code: 403, msg: 'This token is not valid.', config: null }],
    ])
    expect(sender.closed).toBeDefined()
  })

  test('CA10 a client of C without a token is gone after ten seconds, one of A is not', async () => {
    const stage = new CastStage()
    const [a, c] = [await connect(stage), await connect(stage)]
    await c.say('CONFIG', {})
    stage.clock.advance(LOGIN_TIMEOUT_MS)
    await settled()
    expect(c.take()).toEqual([
      ['VERIFY_RESPONCE', { code: 403, msg: 'There was no token in time.', config: null }],
    ])
    expect([c.closed === undefined, a.closed === undefined]).toEqual([false, true])
  })

  test('CA11 a TV', async () => {
    const stage = new CastStage()
    const token = stage.tokens.issue('Living room', 60)
    const open = async (device: string) => {
      const tv = await connect(stage)
      await tv.say('TV_GETINFO', { code: device, token })
      return tv.take()
    }
    const [[, info] = []] = await open('device 1')
    const { projCode } = info as { projCode: string }
    expect(info).toEqual({
      projCode: isCode,
      meetingRoom: { mid: projCode, name: 'Living room', maxpeople: 2, pos: '', desc: '' },
      activities: [],
      iceConfig: { iceServers: ICE_SERVERS, iceCandidatePoolSize: 2 },
      background: [],
    })
    const [[, other] = []] = await open('device 2')
    expect((other as { projCode: string }).projCode).not.toBe(projCode)
    const [[, same] = []] = await open('device 1')
    expect((same as { projCode: string }).projCode).toBe(projCode)
  })

  test('CA10 CA11 a TV that showed its token needs no other login', async () => {
    const stage = new CastStage()
    const token = stage.tokens.issue('Living room', 600)
    const said = [
      ['TV_GETINFO', { code: 'device 1', token }],
      ['CONFIG', {}],
      ['VERIFY_FEEDBACK', token],
    ] as const
    const answers = ['TV_INFO_FEEDBACK', 'CONFIG_FEEDBACK', 'VERIFY_RESPONCE']
    for (const order of [
      [0, 1],
      [1, 0],
      [0, 2, 1],
      [2, 0, 1],
    ] as const) {
      const tv = await connect(stage)
      for (const each of order) {
        const [event, what] = said[each]
        await tv.say(event, what)
      }
      stage.clock.advance(2 * LOGIN_TIMEOUT_MS)
      await settled()
      const told = tv.take().map(([event]) => String(event))
      expect(told.sort()).toEqual(order.map((each) => String(answers[each])).sort())
      expect(tv.closed).toBeUndefined()
      await tv.drop()
    }
  })

  test('CA2 what is no token is no secret, whoever logged in', async () => {
    const stage = new CastStage()
    const codes = new Set<unknown>()
    for (let each = 0; each < 2; each++) {
      const tv = await connect(stage)
      await tv.say('VERIFY_FEEDBACK', stage.tokens.issue('Ann', 60))
      tv.take()
      await tv.say('TV_GETINFO', { code: 'device 1', token: 'what anybody could guess' })
      const [[, info] = []] = tv.take()
      codes.add((info as { projCode: string }).projCode)
    }
    expect(codes.size).toBe(2)
  })

  test('CA2 CA11 a long token and a long device have the same code again, too', async () => {
    const stage = new CastStage()
    const token = stage.tokens.issue('客'.repeat(MAX_TOKEN_NAME_LENGTH), 60)
    const codes = new Set<unknown>()
    for (let each = 0; each < 2; each++) {
      const tv = await connect(stage)
      await tv.say('TV_GETINFO', { code: '3f2504e0-4f89-11d3-9a0c-0305e82c3301', token })
      const [[, info] = []] = tv.take()
      codes.add((info as { projCode: string }).projCode)
      await tv.drop()
    }
    expect(Array.from(codes)).toEqual([isCode])
  })

  test('CA11 a TV with a wrong token is told so twice, and disconnected', async () => {
    const tv = await connect(new CastStage())
    await tv.say('TV_GETINFO', { code: 'device 1', token: 'nonsense' })
    await settled()
    const msg = 'This token is not valid.'
    expect(tv.take()).toEqual([
      ['TV_COMMAND', { cmd: 'error', msg }],
      ['COMMAND', { cmd: 'ERROR', msg }],
    ])
    expect(tv.closed).toBeDefined()
  })
})

describe('CA6 CA13 who goes', () => {
  test('CA6 the TV puts the sender out', async () => {
    const stage = new CastStage()
    const { tv, code } = await shown(stage)
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', code)
    sender.take()
    await tv.drop()
    expect(sender.take()).toEqual([['TV_OFFLINE', { reason: 'left' }]])
    await sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    const back = await shown(stage)
    expect([back.code, back.tv.take()]).toEqual([code, []])
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()[0]).toEqual(['JOIN_ROOM_OK', { code }])
  })

  test('CA13 nothing is left of those who are gone', async () => {
    const stage = new CastStage()
    const { tv, code } = await shown(stage)
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', code)
    await sender.drop()
    expect(tv.take().at(-1)).toEqual(['USER_OFFLINE', { user: '' }])
    await tv.drop()
    stage.clock.advance(GRACE_MS + 1_000)
    expect(stage.server.load.clients).toBe(0)
  })

  test('CA13 close leaves no timer', async () => {
    const stage = new CastStage()
    const { code } = await shown(stage)
    const sender = await connect(stage)
    await sender.say('CONFIG', {})
    await sender.say('JOIN_ROOM', code)
    await stage.server.close()
    stage.casts.close()
    expect(stage.clock.pending).toBe(0)
  })
})

describe('T6 guessing', () => {
  test('T6 wrong codes by the thousand, on many connections', async () => {
    const stage = new CastStage({ limits: { maxRateRefusals: 100_000 } })
    const { code } = await shown(stage)
    const answers = new Map<string, number>()
    for (let each = 0; each < 20; each++) {
      const sender = await connect(stage)
      for (let guess = 0; guess < 100; guess++) await sender.say('JOIN_ROOM', 'AAAAAA')
      for (const [, what] of sender.take()) {
        const { reason } = what as { reason: string }
        answers.set(reason, (answers.get(reason) ?? 0) + 1)
      }
      await sender.drop()
    }
    expect(Object.fromEntries(answers)).toEqual({ 'no-such-cast': 10, 'rate-limited': 1_990 })
    const sender = await connect(stage)
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()[0]?.[1]).toMatchObject({ reason: 'rate-limited' })
  })
})
