import { describe, expect, test } from 'bun:test'
import { MEDIA_LIMITS } from './limits.ts'
import { OFFER, SDP_HEADERS, Stage } from './testing/stage.ts'

const { openRate, maxOpenSessions, maxOpenSessionsPerAddress } = MEDIA_LIMITS

/** Asks for a session of its own as somebody without a token. */
async function play(stage: Stage, number: number, address: string): Promise<number> {
  return (await stage.openSrs('play', `webrtc://h/lake/${number}`, { address })).code
}

describe('MD24 limits', () => {
  test('MD24 an address asks for so many sessions at once, whatever becomes of them', async () => {
    const stage = new Stage()
    const ask = () => stage.ask('POST', '/whip/lake/ann', { headers: SDP_HEADERS, body: OFFER })
    for (let count = 0; count < openRate.burst; count += 1) expect((await ask()).status).toBe(401)
    const refused = await ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
    const other = { headers: SDP_HEADERS, body: OFFER, address: '192.0.2.2' }
    expect((await stage.ask('POST', '/whip/lake/ann', other)).status).toBe(401)
    stage.clock.advance(1000 / openRate.perSecond)
    expect((await ask()).status).toBe(401)
  })

  test('MD24 so many sessions of one address without a token, and those that end free a place', async () => {
    const stage = new Stage()
    for (let count = 0; count < maxOpenSessionsPerAddress; count += 1) {
      expect(await play(stage, count, '2001:db8::1')).toBe(0)
    }
    // Of the same /64.
    expect(await play(stage, 1, '2001:db8::2')).toBe(400)
    expect(await play(stage, 1, '192.0.2.1')).toBe(0)
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    expect(await play(stage, 1, '2001:db8::2')).toBe(0)
  })

  test('MD24 so many in all, which leave those with a token alone', async () => {
    const stage = new Stage()
    for (let count = 0; count < maxOpenSessions; count += 1) {
      expect(await play(stage, count, `10.0.${Math.floor(count / 32)}.1`)).toBe(0)
    }
    expect(await play(stage, 0, '192.0.2.1')).toBe(400)
    expect((await stage.openNative('publish', 'sea/ann')).status).toBe(201)
  })

  test('MD24 what is refused takes no place', async () => {
    const stage = new Stage()
    const body = JSON.stringify({ sdp: 'hello', streamurl: 'webrtc://h/lake/ann' })
    for (let count = 0; count < 2 * maxOpenSessionsPerAddress; count += 1) {
      await stage.ask('POST', '/rtc/v1/play/', { body, address: '192.0.2.9' })
      stage.clock.advance(1000)
    }
    expect(await play(stage, 0, '192.0.2.9')).toBe(0)
  })

  test('MD24 --limits off knows none of them', async () => {
    const stage = new Stage({ flags: '--limits off --host 127.0.0.1' })
    for (let count = 0; count < 2 * openRate.burst; count += 1) {
      expect(await play(stage, count, '192.0.2.1')).toBe(0)
    }
  })
})

test('MD6 when the server goes away its sessions end, and no timer is left', async () => {
  const stage = new Stage()
  await stage.openNative('publish', 'lake/ann')
  await stage.openSrs('play', 'webrtc://h/lake/ben')
  await stage.close()
  await stage.close()
  expect(stage.media.sessions()).toEqual([])
  expect(stage.clock.pending).toBe(0)
})
