import { expect, test } from 'bun:test'
import { codeOf, OFFER, SDP_HEADERS, Stage } from './testing/stage.ts'

const WHEP = '/whep/lake/ann'

/** Ann and Ben are in a call in the room, and publish; whether it is shown live is up to the test. */
async function showLive(limits?: { flags?: string }) {
  const live = new Set(['lake/ann', 'lake/ben'])
  const stage = new Stage({ ...limits, isLive: (stream) => live.has(stream) })
  await stage.openNative('publish', 'lake/ann')
  await stage.openNative('publish', 'lake/ben')
  await stage.openNative('play', 'lake/ben')
  const watch = (path = WHEP, address = '192.0.2.1') =>
    stage.ask('POST', path, { headers: SDP_HEADERS, body: OFFER, address })
  return { stage, live, watch }
}

test('MD26 what is shown live is played by anybody, and only played', async () => {
  const { stage, watch } = await showLive()
  expect((await watch()).status).toBe(201)
  expect((await watch('/whep/LAKE/ann')).status).toBe(201)
  for (const path of ['/whep/lake/other', '/whep/sea/ann', '/whip/lake/ann', '/whip/lake/ben']) {
    const refused = await watch(path)
    expect([path, refused.status, await codeOf(refused)]).toEqual([path, 401, 'token-missing'])
  }
  const srs = await stage.ask('POST', '/rtc/v1/whep/?app=lake&stream=ann', { body: OFFER })
  expect(srs.status).toBe(401)
  expect((await stage.openSrs('play', 'webrtc://host/lake/ann')).code).toBe(400)
})

test('MD26 a token that is shown has to be the right one', async () => {
  const { stage } = await showLive()
  const headers = { ...SDP_HEADERS, ...stage.bearer('play', 'lake/other') }
  expect((await stage.ask('POST', WHEP, { headers, body: OFFER })).status).toBe(403)
})

test('MD26 a viewer ends its session by its address alone', async () => {
  const { stage, watch } = await showLive()
  const location = (await watch()).headers.get('location') ?? ''
  expect((await stage.ask('DELETE', location)).status).toBe(200)
  expect(stage.media.stream('lake/ann')).toMatchObject({ players: 0 })
})

test('MD26 viewers stay when a member publishes anew, and go when it is over', async () => {
  const { stage, live, watch } = await showLive()
  await watch()
  await watch('/whep/lake/ben')
  const publisher = stage.media.stream('lake/ann')?.publisher
  stage.media.timeOut(publisher!)
  expect((await stage.openNative('publish', 'lake/ann')).status).toBe(201)
  expect(stage.media.stream('lake/ann')).toMatchObject({ players: 1 })
  live.clear()
  const media = await stage.opening
  media.endViewers('lake/ann')
  media.endViewers('lake/ben')
  expect(stage.media.stream('lake/ann')).toMatchObject({ players: 0 })
  // The member's own stays.
  expect(stage.media.stream('lake/ben')).toMatchObject({ players: 1 })
  expect((await watch()).status).toBe(401)
})

test('MD26 a broadcast that ends while its viewer’s offer comes is not played', async () => {
  const { stage, live } = await showLive()
  const watching = stage.ask('POST', WHEP, {
    headers: SDP_HEADERS,
    body: new ReadableStream<Uint8Array>({
      pull(controller) {
        live.clear()
        controller.enqueue(new TextEncoder().encode(OFFER))
        controller.close()
      },
    }),
  })
  expect((await watching).status).toBe(401)
})

test('MD24 viewers of one stream are bounded', async () => {
  const { watch } = await showLive()
  for (let viewer = 0; viewer < 200; viewer += 1) {
    expect((await watch(WHEP, `192.0.2.${viewer}`)).status).toBe(201)
  }
  const refused = await watch(WHEP, '198.51.100.1')
  expect([refused.status, await codeOf(refused)]).toEqual([503, 'too-many-sessions'])
  expect((await watch('/whep/lake/ben', '198.51.100.1')).status).toBe(201)
})
