import { expect } from 'bun:test'
import {
  demoLink,
  demoTalk,
  newDemoRoom,
  testDemoCalls,
  testLostNetwork,
} from './harness/demo-calls.ts'
import { testDemoOutages } from './harness/demo-outages.ts'
import { newDemoPerson } from './harness/demo.ts'
import { ROOM, type RoomState } from './harness/demos.ts'
import { selectorOf } from './harness/person.ts'
import { useStage } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

testDemoCalls(stage, ROOM)
testLostNetwork(stage, ROOM)
testDemoOutages(stage, ROOM)

stage.test('the room page shows both SDPs, and empties them after the call', async (scene) => {
  const { ann, ben } = await demoTalk(scene, ROOM)
  const [offer, answer] = [await ann.value('local-sdp'), await ann.value('remote-sdp')]
  expect(offer).toContain('a=setup:actpass')
  expect(answer).toMatch(/a=setup:(active|passive)/)
  for (const [{ person }, label, sdp] of [
    [ann, 'From you (offer)', offer],
    [ben, 'From the other side (offer)', offer],
    [ann, 'From the other side (answer)', answer],
    [ben, 'From you (answer)', answer],
  ] as const) {
    expect(await person.page.getByLabel(label).inputValue()).toBe(sdp)
  }
  await ben.leave()
  await ann.waitForState('joined_unbind')
  expect([await ann.value('local-sdp'), await ann.value('remote-sdp')]).toEqual(['', ''])
})

stage.test('what is written on a room page arrives on the other one', async (scene) => {
  const { ann, ben } = await demoTalk(scene, ROOM)
  await ann.person.say('first <b>line</b>')
  await ben.person.waitForChat('first <b>line</b>')
  await ben.person.say('第二行')
  await ann.person.waitForChat('第二行')
})

stage.test('the path is looked for anew, by either side, and the call goes on', async (scene) => {
  const { ann, ben } = await demoTalk(scene, ROOM)
  for (const [presser, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    const before = iceUser(await other.value('remote-sdp'))
    await presser.person.press('restart-ice')
    await waitUntil('an offer with new credentials', () => other.value('remote-sdp'), {
      isGood: (sdp) => iceUser(sdp) !== before,
    })
    await Promise.all([ann.hasCall(), ben.hasCall()])
  }
})

stage.test('connect cannot be pressed twice', async (scene) => {
  const ann = await newDemoPerson<RoomState>(scene, { name: 'Ann' })
  await ann.person.goto(demoLink(ROOM, newDemoRoom(), scene.server.http))
  const isDisabled = await ann.person.page.evaluate((selector) => {
    const button = document.querySelector<HTMLButtonElement>(selector)
    button?.click()
    button?.click()
    return button?.disabled
  }, selectorOf('connect'))
  expect(isDisabled).toBe(true)
  await ann.waitForState('joined')
  const ben = await newDemoPerson<RoomState>(scene, { name: 'Ben' })
  await ben.open(ann.person.page.url())
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('a desktop is given back when the other one leaves as it is shared', async (scene) => {
  const { ann, ben } = await demoTalk(scene, ROOM)
  const { page } = ann.person
  await page.evaluate(holdReplacement, selectorOf('local-video'))
  await page.click(selectorOf('share-screen'))
  await page.waitForSelector('body[data-replacing]')
  await ben.leave()
  await ann.waitForState('joined_unbind')
  await page.evaluate(() => window.dispatchEvent(new Event('replace')))
  await page.waitForFunction(() => window.duetTestTracks?.().length === 2)
  await ann.leave()
  await ann.waitForState('leaved')
  await page.waitForFunction(() => window.duetTestTracks?.().length === 0)
})

declare global {
  interface Window {
    /** The tracks that were captured and not given back. */
    duetTestTracks?: () => MediaStreamTrack[]
  }
}

/** In the page: tracks are replaced at the event `replace`, and the desktop is a camera. */
function holdReplacement(localVideo: string): void {
  const { mediaDevices } = navigator
  const { prototype } = RTCRtpSender
  const shown = document.querySelector<HTMLVideoElement>(localVideo)?.srcObject
  const tracks = shown instanceof MediaStream ? shown.getTracks() : []
  const capture = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await capture(constraints)
    tracks.push(...stream.getTracks())
    return stream
  }
  mediaDevices.getDisplayMedia = () => mediaDevices.getUserMedia({ video: true })
  const replace = Reflect.get(prototype, 'replaceTrack')
  prototype.replaceTrack = async function (track) {
    document.body.dataset['replacing'] = ''
    await new Promise((resolve) => window.addEventListener('replace', resolve, { once: true }))
    return replace.call(this, track)
  }
  window.duetTestTracks = () => tracks.filter(({ readyState }) => readyState === 'live')
}

function iceUser(sdp: string): string | undefined {
  return /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
}
