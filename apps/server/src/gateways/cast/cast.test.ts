import { describe, expect, test } from 'bun:test'
import { GRACE_MS } from '@duet/protocol'
import { LOGIN_TIMEOUT_MS } from './login.ts'
import { CastStage, ICE_SERVERS } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0' }
const ANSWER = { type: 'answer', sdp: 'v=0' }
const CANDIDATE = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
const TOKEN = 'the token of one TV'
const CODE = /^[A-Z2-9]{6}$/

const isCode: unknown = expect.stringMatching(CODE)

describe('A', () => {
  test.each(['/', '/rtc'])('CA1 CA5 CA7 CA12 as it was printed, on %s', async (namespace) => {
    const stage = new CastStage()
    const [tv, sender] = [await stage.client(namespace), await stage.client(namespace)]
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
    const tv = await new CastStage().client()
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
      const { tv, code } = await stage.tv(TOKEN)
      const sender = await stage.client()
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
    const { tv } = await stage.tv(TOKEN)
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()).toEqual([['JOIN_ROOM_FAILED', { msg: 'No TV shows this code.', reason }]])
    await sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    expect([tv.take(), stage.hub.roomCount]).toEqual([[], 1])
  })

  test('CA5 entering a code leaves the cast before', async () => {
    const stage = new CastStage()
    const { tv, code } = await stage.tv(TOKEN)
    const other = await stage.client()
    await other.say('TV_INIT')
    const otherCode = other.take()[0]?.[1]
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', code)
    await sender.say('JOIN_ROOM', otherCode)
    expect(tv.take().at(-1)).toEqual(['USER_OFFLINE', { user: '' }])
    expect(other.take()).toEqual([['NEW_CLIENT_JOIN', { username: '' }]])
  })
})

describe('CA2 CA3 CA4 codes of TVs', () => {
  test('CA2 the same token, the same code: after a reload, and after a restart', async () => {
    const stage = new CastStage()
    const { tv, code } = await stage.tv(TOKEN)
    await tv.drop()
    expect((await stage.tv(TOKEN)).code).toBe(code)
    expect((await new CastStage().tv(TOKEN)).code).toBe(code)
  })

  test('CA2 a token that anybody could guess counts as none', async () => {
    const stage = new CastStage()
    const codes: unknown[] = []
    for (let each = 0; each < 2; each++) {
      const tv = await stage.client()
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
    const tv = await stage.client()
    await tv.say(event)
    const first = tv.take()[0]?.[1]
    const code = typeof first === 'string' ? first : (first as { projCode: string }).projCode
    const back = await stage.client()
    await back.say(event, { code })
    // It is still shown by the other one.
    expect(back.take()[0]).not.toEqual([answer, first])
    await tv.drop()
    await back.say(event, { code: code.toLowerCase() })
    expect(back.take()[0]).toEqual([answer, first])
    await back.drop()
    stage.clock.advance(GRACE_MS + 1_000)
    const late = await stage.client()
    await late.say(event, { code })
    expect(late.take()[0]).not.toEqual([answer, first])
  })

  test('CA4 of two TVs with one token the former gets another code', async () => {
    const stage = new CastStage()
    const { tv, code } = await stage.tv(TOKEN)
    const other = await stage.tv(TOKEN)
    expect(other.code).toBe(code)
    expect(tv.take()).toEqual([
      ['TV_INIT_OK', isCode],
      ['CONFIG_FEEDBACK', { config: { iceServers: ICE_SERVERS } }],
    ])
    expect(stage.hub.roomCount).toBe(2)
  })

  test('CA1 said again, the former code is given up', async () => {
    const stage = new CastStage()
    const tv = await stage.client()
    await tv.say('TV_INIT')
    const former = tv.take()[0]?.[1]
    await tv.say('TV_INIT')
    expect(tv.take()[0]?.[1]).not.toBe(former)
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', former)
    expect(sender.take()[0]?.[1]).toMatchObject({ reason: 'cast-over' })
  })

  test('L2 no code to be had', async () => {
    const stage = new CastStage({ castLimits: { openRate: { perSecond: 1, burst: 1 } } })
    await stage.tv(TOKEN)
    const tv = await stage.client()
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
    const [tv, sender] = [await stage.client(), await stage.client()]
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
    const sender = await new CastStage().client()
    await sender.say('CONNECT_TO_TV', { username: 'Ann', projCode: 'AAAAAA' })
    expect(sender.take()).toEqual([
      ['CONNECT_TO_TV_FAILED', { msg: 'No TV shows this code.', reason: 'no-such-cast' }],
    ])
  })

  test('B and C are not spoken on the main namespace', async () => {
    const stage = new CastStage()
    const client = await stage.client('/')
    for (const event of ['TV_REGISTER', 'TV_GETINFO', 'CONFIG', 'VERIFY_FEEDBACK']) {
      await client.say(event, {})
    }
    stage.clock.advance(2 * LOGIN_TIMEOUT_MS)
    expect([client.take(), client.closed]).toEqual([[], undefined])
  })
})

describe('CA6 CA13 who goes', () => {
  test('CA6 the TV puts the sender out', async () => {
    const stage = new CastStage()
    const { tv, code } = await stage.tv(TOKEN)
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', code)
    sender.take()
    await tv.drop()
    expect(sender.take()).toEqual([['TV_OFFLINE', { reason: 'left' }]])
    await sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    const back = await stage.tv(TOKEN)
    expect([back.code, back.tv.take()]).toEqual([code, []])
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()[0]).toEqual(['JOIN_ROOM_OK', { code }])
  })

  test('CA13 nothing is left of those who are gone', async () => {
    const stage = new CastStage()
    const { tv, code } = await stage.tv(TOKEN)
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', code)
    await sender.drop()
    expect(tv.take().at(-1)).toEqual(['USER_OFFLINE', { user: '' }])
    await tv.drop()
    stage.clock.advance(GRACE_MS + 1_000)
    expect(stage.server.load.clients).toBe(0)
  })

  test('CA13 close leaves no timer', async () => {
    const stage = new CastStage()
    const { code } = await stage.tv(TOKEN)
    const sender = await stage.client()
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
    const { code } = await stage.tv(TOKEN)
    const answers = new Map<string, number>()
    for (let each = 0; each < 20; each++) {
      const sender = await stage.client()
      for (let guess = 0; guess < 100; guess++) await sender.say('JOIN_ROOM', 'AAAAAA')
      for (const [, what] of sender.take()) {
        const { reason } = what as { reason: string }
        answers.set(reason, (answers.get(reason) ?? 0) + 1)
      }
      await sender.drop()
    }
    expect(Object.fromEntries(answers)).toEqual({ 'no-such-cast': 10, 'rate-limited': 1_990 })
    const sender = await stage.client()
    await sender.say('JOIN_ROOM', code)
    expect(sender.take()[0]?.[1]).toMatchObject({ reason: 'rate-limited' })
  })
})
