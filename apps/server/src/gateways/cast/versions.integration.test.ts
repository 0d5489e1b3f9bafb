import { afterAll, describe, expect, test } from 'bun:test'
import { silentLogger, systemClock } from '@duet/base'
import { openCasts } from '../../casts/testing.ts'
import { CastTokens } from '../../casts/tokens.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { CLIENT_KINDS, connectClient, type ClientKind } from '../../socket-io/client-versions.ts'
import { openSocketIoFixture } from '../../socket-io/fixture.ts'
import { STAGE_LIMITS } from '../../socket-io/stage.ts'
import { until } from '../../testing/until.ts'
import { createCastDialect } from './dialect.ts'
import { iceClients } from '../../testing/ice-clients.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\n' }
const CANDIDATE = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }

const hub = new MemoryHub(silentLogger)
const tokens = new CastTokens(Buffer.alloc(32, 5), systemClock)
const casts = openCasts(hub, systemClock)
const fixture = openSocketIoFixture({
  dialects: [
    createCastDialect({
      hub,
      casts,
      tokens,
      openIceClient: iceClients(() => ({
        servers: [{ urls: ['stun:duet.example:3478'] }],
        expiresAt: 0,
      })),
      clock: systemClock,
      logger: silentLogger,
    }),
  ],
  limits: STAGE_LIMITS,
  logger: silentLogger,
})

afterAll(async () => {
  await fixture.close()
  casts.close()
})

/** A page: what it hears, by event. */
function open(namespace: string, kind: ClientKind) {
  const socket = connectClient(`${fixture.origin}${namespace}`, kind)
  const heard = new Map<string, unknown[]>()
  const names = ['VERIFY', 'VERIFY_RESPONCE', 'CONFIG_FEEDBACK', 'TV_INIT_OK', 'JOIN_ROOM_OK']
  names.push('CLIENT_OFFER_TO_TV', 'TV_ANSWER_TO_CLIENT', 'RTC_Candidate_Exchange', 'TV_OFFLINE')
  names.push('TV_REGISTER_SUCCESS', 'CONNECT_TO_TV_SUCCESS', 'RTC_Client_Offer_To_TV')
  names.push('RTC_TV_Answer_To_Client', 'USER_OFFLINE', 'TV_INFO_FEEDBACK', 'TV_COMMAND', 'COMMAND')
  for (const name of names) {
    socket.on(name, (...args) => heard.set(name, [...(heard.get(name) ?? []), args[0]]))
  }
  return {
    socket,
    say: (event: string, ...args: unknown[]) => socket.emit(event, ...args),
    async hears(event: string): Promise<unknown> {
      await until(() => (heard.get(event)?.length ?? 0) > 0)
      return heard.get(event)?.shift()
    },
  }
}

describe.each(CLIENT_KINDS)('version $version, $transport', (kind) => {
  test.each(['', '/rtc'])('CA1 CA5 CA7 A, at "%s"', async (namespace) => {
    const [tv, sender] = [open(namespace, kind), open(namespace, kind)]
    tv.say('TV_INIT')
    const code = await tv.hears('TV_INIT_OK')
    await tv.hears('CONFIG_FEEDBACK')
    sender.say('JOIN_ROOM', code)
    expect(await sender.hears('JOIN_ROOM_OK')).toEqual({ code })
    sender.say('CLIENT_OFFER_TO_SERVER', OFFER)
    sender.say('RTC_Candidate_Exchange', { iceCandidate: CANDIDATE })
    expect(await tv.hears('CLIENT_OFFER_TO_TV')).toEqual(OFFER)
    expect(await tv.hears('RTC_Candidate_Exchange')).toEqual({ iceCandidate: CANDIDATE })
    tv.say('TV_ANSWER_TO_SERVER', ANSWER)
    expect(await sender.hears('TV_ANSWER_TO_CLIENT')).toEqual(ANSWER)
    tv.socket.close()
    expect(await sender.hears('TV_OFFLINE')).toEqual({ reason: 'left' })
    sender.socket.close()
  })

  test('CA1 CA5 CA7 B', async () => {
    const [tv, sender] = [open('/rtc', kind), open('/rtc', kind)]
    tv.say('TV_REGISTER')
    const { projCode } = (await tv.hears('TV_REGISTER_SUCCESS')) as { projCode: string }
    sender.say('CONNECT_TO_TV', { username: 'Ann', projCode: projCode.toLowerCase() })
    await sender.hears('CONNECT_TO_TV_SUCCESS')
    sender.say('RTC_Client_Offer_To_Server', { offer: OFFER })
    expect(await tv.hears('RTC_Client_Offer_To_TV')).toEqual({ offer: OFFER })
    tv.say('RTC_TV_Answer_To_Server', { answer: ANSWER })
    expect(await sender.hears('RTC_TV_Answer_To_Client')).toEqual({ answer: ANSWER })
    sender.socket.close()
    expect(await tv.hears('USER_OFFLINE')).toEqual({ user: 'Ann' })
    tv.socket.close()
  })

  test('CA9 CA10 CA11 C', async () => {
    const [tv, sender] = [open('/rtc', kind), open('/rtc', kind)]
    await tv.hears('VERIFY')
    tv.say('TV_GETINFO', { code: 'device', token: tokens.issue('TV', 60) })
    const { projCode } = (await tv.hears('TV_INFO_FEEDBACK')) as { projCode: string }
    await sender.hears('VERIFY')
    sender.say('VERIFY_FEEDBACK', tokens.issue('Ann', 60))
    expect(await sender.hears('VERIFY_RESPONCE')).toMatchObject({ code: 200 })
    sender.say('CONFIG', { uid: 1 })
    await sender.hears('CONFIG_FEEDBACK')
    sender.say('CONNECT_TO_TV', { username: 'Ann', projCode })
    await sender.hears('CONNECT_TO_TV_SUCCESS')
    tv.socket.close()
    expect(await sender.hears('TV_OFFLINE')).toEqual({ reason: 'left' })
    sender.socket.close()
  })

  test('CA9 CA11 C with wrong tokens', async () => {
    const [tv, sender] = [open('/rtc', kind), open('/rtc', kind)]
    tv.say('TV_GETINFO', { code: 'device', token: 'x' })
    expect(await tv.hears('TV_COMMAND')).toMatchObject({ cmd: 'error' })
    expect(await tv.hears('COMMAND')).toMatchObject({ cmd: 'ERROR' })
    sender.say('VERIFY_FEEDBACK', 'x')
    expect(await sender.hears('VERIFY_RESPONCE')).toMatchObject({ code: 403, config: null })
    await until(() => !tv.socket.connected && !sender.socket.connected)
    tv.socket.close()
    sender.socket.close()
  })
})
