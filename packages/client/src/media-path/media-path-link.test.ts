import { expect, test } from 'bun:test'
import { useBrowser } from '../call-stage.ts'
import { LinkPair } from '../link-pair.ts'
import { mediaPartsWith, GRANT, type FakeServerLeg } from './media-path-stage.ts'

useBrowser()

/** Two links that can go through the server; legs in the order in which they were opened. */
async function connected() {
  const legs: FakeServerLeg[] = []
  const pair = new LinkPair({
    loadMediaParts: () => Promise.resolve(mediaPartsWith(legs)),
    hasMediaServer: () => true,
    requestMedia: () => Promise.resolve(GRANT),
  })
  pair.first.offer()
  await pair.deliver()
  await pair.connect()
  const isSending = () =>
    pair.connections.map(({ transceivers }) =>
      transceivers.some(({ sender }) => sender.parameters.encodings.some(({ active }) => active)),
    )
  return { pair, legs, isSending }
}

test('V3 V4 two links go through the server and back, and send nothing twice for long', async () => {
  const { pair, legs, isSending } = await connected()
  const direct = pair.streams.map(([stream]) => stream)
  expect(pair.second.mediaPath.info.isOffered).toBe(true)
  pair.second.mediaPath.move('server')
  await pair.deliver()
  expect(legs).toHaveLength(2)
  expect(isSending()).toEqual([true, true])
  for (const leg of legs) leg.arrive()
  await pair.deliver()
  expect(isSending()).toEqual([false, false])
  for (const [index, streams] of pair.streams.entries()) {
    expect(streams).toHaveLength(2)
    expect(legs.map(({ stream }) => stream)).toContain(streams.at(-1) as MediaStream)
    expect(pair[index === 0 ? 'first' : 'second'].remoteStream).toBe(streams.at(-1) ?? null)
  }
  pair.first.mediaPath.move('direct')
  await pair.deliver()
  expect(isSending()).toEqual([true, true])
  for (const leg of legs) leg.arrive()
  await pair.deliver()
  expect(pair.streams.map((streams) => streams.at(-1))).toEqual(direct)
  expect(legs.map(({ isClosed }) => isClosed)).toEqual([true, true])
  pair.close()
})

test('V4 a track that changes meanwhile changes both ways', async () => {
  const { pair, legs } = await connected()
  pair.first.mediaPath.move('server')
  await pair.deliver()
  const screen = { kind: 'video' } as MediaStreamTrack
  pair.media[0].setTrack('video', screen, { isScreen: true })
  await pair.first.setTrack('video', screen)
  expect(pair.connections[0].transceivers[1]?.sender.track).toBe(screen)
  const own = legs.find(({ options }) => options.media === pair.media[0])
  expect(own?.told).toEqual(['video changed'])
  pair.close()
})

test('V5 an ICE restart leaves the way that sound and picture go as it is', async () => {
  const { pair, legs } = await connected()
  pair.first.mediaPath.move('server')
  await pair.deliver()
  for (const leg of legs) leg.arrive()
  await pair.deliver()
  pair.first.restartIce()
  await pair.deliver()
  expect(pair.isAgreed).toBe(true)
  expect(pair.first.mediaPath.info.name).toBe('server')
  expect(legs).toHaveLength(2)
  pair.close()
  expect(legs.map(({ isClosed }) => isClosed)).toEqual([true, true])
})
