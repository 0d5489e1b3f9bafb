import { expect } from 'bun:test'
import { newDemoRoom, testDemoCalls, testLostNetwork } from './harness/demo-calls.ts'
import { testDemoOutages } from './harness/demo-outages.ts'
import { newDemoPerson, type DemoPerson } from './harness/demo.ts'
import { ONE2ONE, type SrsState, type StreamState } from './harness/demos.ts'
import { selectorOf } from './harness/person.ts'
import { autostart } from './harness/room.ts'
import { mediaToken } from './harness/server.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

testDemoCalls(stage, ONE2ONE)
testDemoOutages(stage, ONE2ONE)
// Its timers have tests of their own, and run for ten seconds.
if (process.env['DUET_LONG']) testLostNetwork(stage, ONE2ONE)

type OneToOnePerson = DemoPerson<SrsState>

interface Talk {
  ann: OneToOnePerson
  ben: OneToOnePerson
  room: string
}

/** Where `name` calls at once, without a press of a button. */
function addressOf(name: string, room: string, origin: string): URL {
  const url = new URL('/demos/one2one.html', origin)
  url.search = new URLSearchParams({ autostart: 'true', room, display: name }).toString()
  return url
}

/** Someone who goes to an address that names it. */
async function arrive(scene: Scene, url: URL, locale?: string): Promise<OneToOnePerson> {
  const name = url.searchParams.get('display') ?? ''
  const context = locale === undefined ? {} : { locale }
  const someone = await newDemoPerson<SrsState>(scene, { name, context })
  await someone.person.goto(url.href)
  return someone
}

/** Ann and Ben in a call; `refine` says more in their addresses. */
async function talk(scene: Scene, origin: string, refine = (url: URL) => url): Promise<Talk> {
  const room = newDemoRoom()
  const [ann, ben] = [
    await arrive(scene, refine(addressOf('ann', room, origin))),
    await arrive(scene, refine(addressOf('ben', room, origin))),
  ]
  await Promise.all([ann.hasCall(), ben.hasCall()])
  return { ann, ben, room }
}

function texts({ person }: OneToOnePerson, testId: string): Promise<string[]> {
  return person.page.locator(selectorOf(testId)).allInnerTexts()
}

stage.test(
  'over HTTPS two call at addresses that name them, and see the streams',
  async (scene) => {
    const { ann, ben, room } = await talk(scene, scene.server.https)
    for (const [someone, own, peer] of [
      [ann, 'ann', 'ben'],
      [ben, 'ben', 'ann'],
    ] as const) {
      const urls = [own, peer].map((who) => `webrtc://localhost/${room}/${who}`)
      expect(await texts(someone, 'own-url')).toEqual([urls[0] ?? ''])
      expect(await texts(someone, 'peer-url')).toEqual([urls[1] ?? ''])
      const streams = ['ann', 'ben'].map((who) => `webrtc://localhost/${room}/${who}`)
      await waitUntil('both streams are offered', () => texts(someone, 'merge-webrtc'), {
        isGood: (shown) => Bun.deepEquals(shown, streams),
      })
      await someone.waitForStatus(/You are in a call/)
    }
    const [player] = await ann.person.page.locator(selectorOf('merge-player')).all()
    const cleo = await newDemoPerson(scene, { name: 'Cleo' })
    await cleo.person.goto((await player?.getAttribute('href')) ?? '')
    await cleo.person.seesMovement()
    // Nobody touched the page: the browser may want that before sound.
    if (await cleo.person.page.isVisible(selectorOf('sound'))) await cleo.person.press('sound')
    await cleo.person.hearsSound()
    await ben.leave()
    await ann.waitForState('joined')
    expect(await ann.person.page.isVisible(selectorOf('merge'))).toBe(false)
    expect(await ann.person.page.isVisible(selectorOf('remote-video'))).toBe(false)
    expect(await texts(ann, 'peer-url')).toEqual([''])
    expect([...ann.person.console, ...ben.person.console]).toEqual([])
  },
)

stage.test('one shows the other words, and has the other page loaded again', async (scene) => {
  const { ann, ben } = await talk(scene, scene.server.http)
  await ann.person.page.fill(selectorOf('alert-text'), 'Your microphone is off')
  await ann.person.page.click(selectorOf('alert-peer'))
  await waitUntil('ben reads it', () => ben.person.text('peer-alert'), {
    isGood: (text) => text === 'From ann: Your microphone is off',
  })
  await ben.person.page.evaluate(() => (document.body.dataset['before'] = 'true'))
  await ann.person.page.click(selectorOf('refresh-peer'))
  await waitUntil('the page of ben is another one', () =>
    ben.person.window.evaluate(() => document.body?.dataset['before'] === undefined, undefined),
  )
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ann.waitForState('in_call')
})

stage.test('who comes back without having said goodbye is seen again', async (scene) => {
  const { ann, ben } = await talk(scene, scene.server.http)
  const url = new URL(ben.person.page.url())
  // The media server still knows its publisher, as when a browser crashes.
  await ben.person.window.close()
  const again = await arrive(scene, url)
  await Promise.all([ann.hasCall(), again.hasCall()])
})

stage.test('a tab that is closed ends its sessions', async (scene) => {
  const { ann, ben, room } = await talk(scene, scene.server.http)
  const headers = { authorization: `Bearer ${mediaToken(scene.server, 'admin')}` }
  const sessions = async (): Promise<number> => {
    const response = await fetch(`${scene.server.http}/api/v1/clients/?count=100`, { headers })
    const { clients } = (await response.json()) as { clients: { url: string }[] }
    return clients.filter(({ url }) => url.includes(room)).length
  }
  expect(await sessions()).toBe(4)
  await ben.closeTab()
  await ann.waitForState('joined')
  await waitUntil('only ann publishes', sessions, { isGood: (count) => count === 1 })
})

stage.test('MD27 a page takes its stream from somebody else who publishes it', async (scene) => {
  const { http } = scene.server
  const room = newDemoRoom()
  const other = await newDemoPerson<StreamState>(scene, { name: 'Other' })
  const url = `${http}/rtc/v1/whip/?app=${room}&stream=ben`
  await other.open(`${http}/demos/whip.html?${new URLSearchParams({ url })}`)
  await other.waitForState('live')
  const ann = await arrive(scene, addressOf('ann', room, http))
  const ben = await arrive(scene, addressOf('ben', room, http))
  await other.waitForState('idle')
  await other.waitForStatus(/connection to the media server is lost/)
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ben.waitForStatus(/You are in a call/)
  // Nobody is shown what lets Ben publish.
  for (const { person } of [ann, ben]) expect(await person.page.content()).not.toContain('token=')
})

stage.test('pages that publish and play say at once that the server ended it', async (scene) => {
  const { http } = scene.server
  for (const kind of ['whip', 'whep'] as const) {
    const ann = await newDemoPerson<StreamState>(scene, { name: kind })
    const url = `${http}/rtc/v1/${kind}/?app=${newDemoRoom()}&stream=camera`
    const answered = ann.person.page.waitForResponse(url)
    await ann.open(`${http}/demos/${kind}.html?${new URLSearchParams({ url })}`)
    await ann.waitForState('live')
    const session = new URL((await (await answered).headerValue('location')) ?? '', http)
    expect((await fetch(session, { method: 'DELETE' })).status).toBe(200)
    await ann.waitForState('idle')
    await ann.waitForStatus(/connection to the media server is lost/)
  }
})

stage.test('at the ports of SRS two call as its pages do', async ({ server, ...scene }) => {
  const { api, signaling } = server.srs
  const refine = (url: URL): URL => {
    const { host, hostname, port } = new URL(signaling)
    const more = { wss: 'ws', wsh: hostname, wsp: port, host: new URL(api).host, schema: 'http' }
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
    url.host = host
    return url
  }
  const asked: string[] = []
  const listening = (person: OneToOnePerson): void => {
    person.person.page.on('request', (request) => asked.push(new URL(request.url()).origin))
  }
  const { ann, room } = await talk({ server, ...scene }, signaling, refine)
  listening(ann)
  const streams = [`webrtc://${new URL(api).host}/${room}/ann`]
  expect(await texts(ann, 'own-url')).toEqual(streams)
  await ann.person.page.reload()
  await ann.hasCall()
  expect(new Set(asked)).toEqual(new Set([api, signaling]))
})

stage.test('a page in Chinese calls one in English', async (scene) => {
  const room = newDemoRoom()
  const { http } = scene.server
  const ann = await arrive(scene, addressOf('ann', room, http))
  const ben = await arrive(scene, addressOf('李', room, http), 'zh-CN')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ben.waitForStatus(/正在通话/)
  expect(await ben.person.page.title()).toBe('Duet：一对一')
  expect(await ann.person.page.title()).toBe('Duet: one to one')
  await ben.person.waitForText(/没有核实对方是谁/)
  await ann.person.waitForText(/nobody checks who is at the other end/)
  expect(await texts(ann, 'merge-stream').then((all) => all.join())).toContain('李')
})

const noFfmpeg = Bun.which('ffmpeg') ? undefined : 'ffmpeg is missing (apt-get install ffmpeg).'
const live = noFfmpeg ? useStage({}, noFfmpeg) : stage

async function waitForLive({ person }: OneToOnePerson, sentence: RegExp): Promise<void> {
  await waitUntil(`${person.name} reads ${sentence.source}`, () => person.text('live-status'), {
    isGood: (text) => sentence.test(text ?? ''),
    timeoutMs: 20_000,
  })
}

live.test(
  'SG20 SG21 SG22 both agree, the call is shown live, and either ends it',
  async (scene) => {
    const { ann, ben, room } = await talk(scene, scene.server.http)
    await ann.person.page.selectOption(selectorOf('live-layout'), 'side-by-side')
    await ann.person.press('go-live')
    await waitForLive(ann, /The other person is asked/)
    await ben.person.press('consent-no')
    await waitUntil('Ann is not waiting any more', () => ann.person.text('go-live'), {
      isGood: (text) => text === 'Go live',
    })
    await ann.person.press('go-live')
    await ben.person.press('consent-yes')
    for (const someone of [ann, ben]) await waitForLive(someone, /You are live/)
    const viewer = await scene.newPerson({ name: 'a viewer' })
    const address = await ben.person.text('live-link')
    expect(address).toBe(`${scene.server.http}/live/${room}`)
    await viewer.goto(address ?? '')
    await viewer.seesMovement('live-video')
    await ben.person.press('go-live')
    for (const someone of [ann, ben]) await waitForLive(someone, /The broadcast is over/)
    await viewer.waitForText(/is over|has ended/i)
    expect(await ann.person.page.isVisible(selectorOf('live-link'))).toBe(false)
    for (const { person } of [ann, ben]) {
      await waitUntil(
        'nothing is agreed on any more',
        () => person.attribute('broadcast', 'data-state'),
        {
          isGood: (state) => state === 'off',
        },
      )
    }
    await Promise.all([ann.hasCall(), ben.hasCall()])
  },
)

live.test(
  "SG16 SG22 Duet's own page and the one-to-one page are shown live together",
  async (scene) => {
    const room = newDemoRoom()
    const { http } = scene.server
    const ann = await arrive(scene, addressOf('ann', room, http))
    const ben = await scene.newPerson({ name: 'Ben' })
    await ben.goto(autostart(`${http}/r/${room}`, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await ann.person.press('go-live')
    await ben.press('consent-yes')
    await waitForLive(ann, /You are live/)
    const viewer = await scene.newPerson({ name: 'a viewer' })
    await viewer.goto((await ann.person.text('live-link')) ?? '')
    await viewer.seesMovement('live-video')
    await Promise.all([ann.hasCall(), ben.hasCall()])
    // When it is over nobody is asked again.
    await ann.person.press('go-live')
    await waitForLive(ann, /The broadcast is over/)
    await waitUntil(
      'nothing is agreed on any more',
      () => ann.person.attribute('broadcast', 'data-state'),
      {
        isGood: (state) => state === 'off',
      },
    )
    expect(await ben.has('consent-yes')).toBe(false)
  },
)

stage.test("Duet's own page meets the one-to-one page at the media server", async (scene) => {
  const room = newDemoRoom()
  const { http } = scene.server
  const ann = await arrive(scene, addressOf('ann', room, http))
  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(autostart(`${http}/r/${room}`, 'Ben'))
  await ann.hasCall()
  await ben.hasCall()
  expect(await ben.attribute('media-mode', 'data-mode')).toBe('server')
  await ben.waitForVerified('unverified')
  expect(await texts(ann, 'peer-url')).toEqual([`webrtc://${new URL(http).hostname}/${room}/Ben`])
  // The one who leaves is gone, and may come back.
  await ben.press('hangup')
  await waitUntil('Ann is alone', () => ann.person.attribute('state', 'data-state'), {
    isGood: (state) => state === 'joined',
  })
})
