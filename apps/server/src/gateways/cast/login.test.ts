import { describe, expect, test } from 'bun:test'
import { MAX_TOKEN_NAME_LENGTH } from '../../casts/tokens.ts'
import { settled } from '../../socket-io/fake-client.ts'
import { LOGIN_TIMEOUT_MS } from './login.ts'
import { CastStage, ICE_SERVERS } from './stage.ts'

const isCode: unknown = expect.stringMatching(/^[A-Z2-9]{6}$/)

describe('C', () => {
  test('CA9 CA10 a login, then the configuration, then a TV', async () => {
    const stage = new CastStage()
    const { code } = await stage.tv('the token of one TV')
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
    const sender = await stage.client()
    await sender.say('CONFIG', {})
    expect(sender.take()).toEqual([])
    await sender.say('VERIFY_FEEDBACK', stage.tokens.issue('Ann', 60))
    expect(sender.take().map(([event]) => event)).toEqual(['VERIFY_RESPONCE', 'CONFIG_FEEDBACK'])
    stage.clock.advance(2 * LOGIN_TIMEOUT_MS)
    expect(sender.closed).toBeUndefined()
  })

  test('CA9 a wrong token is told, and the client disconnected', async () => {
    const sender = await new CastStage().client()
    await sender.say('VERIFY_FEEDBACK', 'nonsense')
    await settled()
    expect(sender.take()).toEqual([
      ['VERIFY_RESPONCE', { code: 403, msg: 'This token is not valid.', config: null }],
    ])
    expect(sender.closed).toBeDefined()
  })

  test('CA10 a client of C without a token is gone after ten seconds, one of A is not', async () => {
    const stage = new CastStage()
    const [a, c] = [await stage.client(), await stage.client()]
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
      const tv = await stage.client()
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
      const tv = await stage.client()
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
      const tv = await stage.client()
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
      const tv = await stage.client()
      await tv.say('TV_GETINFO', { code: '3f2504e0-4f89-11d3-9a0c-0305e82c3301', token })
      const [[, info] = []] = tv.take()
      codes.add((info as { projCode: string }).projCode)
      await tv.drop()
    }
    expect(Array.from(codes)).toEqual([isCode])
  })

  test('CA11 a TV with a wrong token is told so twice, and disconnected', async () => {
    const tv = await new CastStage().client()
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
