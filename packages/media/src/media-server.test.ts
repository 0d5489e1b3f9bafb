import { describe, expect, test } from 'bun:test'
import { sequenceOf, timestampOf } from './rtp/rtp-packet.ts'
import { writeNack } from './rtp/rtcp/nack.ts'
import { writePli } from './rtp/rtcp/key-frame-requests.ts'
import { writeReceiverReport } from './rtp/rtcp/reports.ts'
import { writeRemb } from './rtp/rtcp/receiver-estimate.ts'
import { offerOf } from './testing/offers.ts'
import type { TestClient, World } from './testing/world.ts'
import { contents, numbers, worldsForTests } from './testing/worlds.ts'

const open = worldsForTests()

describe('publish and play', () => {
  test('a player gets picture and sound of whoever publishes', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    for (const count of numbers(10)) {
      ann.sendVideo(count)
      ann.sendAudio(count)
      await world.pass(20)
    }
    expect(contents(ben.receivedOf('video'))).toEqual(numbers(10))
    expect(contents(ben.receivedOf('audio'))).toEqual(numbers(10))
  })

  test.each([
    ['numbers', 65_500],
    ['timestamps', Math.floor(2 ** 32 / 3_000) - 50],
  ])('over the wrap of %s', async (_, start) => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    for (const count of numbers(100)) {
      ann.sendVideo(start + count, { isKeyFrame: count === 0 })
      await world.pass(10)
    }
    const video = ben.receivedOf('video')
    expect(contents(video)).toEqual(numbers(100).map((count) => start + count))
    const steps = video.slice(1).map((packet, at) => timestampOf(packet) - timestampOf(video[at]!))
    expect(new Set(steps.map((step) => step >>> 0))).toEqual(new Set([3_000]))
  })

  test('playing may begin before publishing', async () => {
    const world = await open()
    const ben = await world.connected('play')
    expect(world.server.stream('room/ann')).toMatchObject({ publisher: undefined, players: 1 })
    const ann = await world.connected('publish')
    ann.sendVideo(0)
    await world.pass(20)
    expect(contents(ben.receivedOf('video'))).toEqual([0])
  })

  test('a player that comes later asks the publisher for a key frame, once for all', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    ann.sendVideo(0)
    await world.pass(600)
    const players = [await world.connected('play'), await world.connected('play')]
    await world.pass(300)
    const asked = ann.feedbackOf('pli').length
    expect(asked).toBeWithin(1, 3)
    ann.sendVideo(1)
    ann.sendVideo(2, { isKeyFrame: true })
    ann.sendVideo(3)
    await world.pass(20)
    for (const player of players) expect(contents(player.receivedOf('video'))).toEqual([2, 3])
  })

  test('a player that comes soon after a key frame gets what came since, in order', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    ann.sendVideo(65_534, { isKeyFrame: true })
    for (const number of [65_535, 65_536]) ann.sendVideo(number)
    await world.pass(20)
    const ben = await world.connected('play')
    ann.sendVideo(65_537)
    await world.pass(20)
    const video = ben.receivedOf('video')
    expect(contents(video)).toEqual([65_534, 65_535, 65_536, 65_537])
    const [first = 0, ...rest] = video.map(sequenceOf)
    expect(rest).toEqual([1, 2, 3].map((step) => (first + step) & 0xffff))
  })

  test('a player that comes after a loss waits for a key frame', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    ann.sendVideo(0, { isKeyFrame: true })
    ann.sendVideo(2)
    await world.pass(20)
    const ben = await world.connected('play')
    ann.sendVideo(3)
    ann.sendVideo(4, { isKeyFrame: true })
    await world.pass(20)
    expect(contents(ben.receivedOf('video'))).toEqual([4])
  })

  test('the publisher is asked for a key frame while a player still shakes hands', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    ann.sendVideo(0)
    await world.pass(600)
    const before = ann.feedbackOf('pli').length
    const sdp = offerOf({ direction: 'recvonly' })
    world.server.open({ kind: 'play', stream: 'room/ann', sdp, address: '192.0.2.9' })
    await world.pass(20)
    expect(ann.feedbackOf('pli').length).toBe(before + 1)
  })

  test('streams are apart', async () => {
    const world = await open()
    const ann = await world.connected('publish', 'room/ann')
    const ben = await world.connected('play', 'room/ben')
    ann.sendVideo(0)
    await world.pass(20)
    expect(ben.received).toEqual([])
  })

  test('numbers go on when the publisher comes back', async () => {
    const world = await open()
    const ben = await world.connected('play')
    const first = await world.connected('publish')
    for (const count of numbers(5)) first.sendVideo(count)
    await world.pass(100)
    world.server.end(first.id, 'ended')
    await world.pass(2_000)
    const second = await world.connected('publish', 'room/ann', { videoSsrc: 4444 })
    for (const count of numbers(5)) second.sendVideo(count + 30_000, { isKeyFrame: count === 0 })
    await world.pass(100)
    const video = ben.receivedOf('video')
    expect(contents(video)).toEqual([0, 1, 2, 3, 4, 30_000, 30_001, 30_002, 30_003, 30_004])
    const steps = video
      .slice(1)
      .map((packet, index) => sequenceOf(packet) - sequenceOf(video[index]!))
    expect(new Set(steps.map((step) => step & 0xffff))).toEqual(new Set([1]))
    const gap = (timestampOf(video[5]!) - timestampOf(video[4]!)) >>> 0
    expect(gap).toBeWithin(2_000 * 90, 3_000 * 90)
  })

  test('statistics say what flows', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    for (const count of numbers(10)) ann.sendVideo(count)
    await world.pass(1_100)
    expect(world.server.streams()).toMatchObject([
      {
        name: 'room/ann',
        publisher: ann.id,
        players: 1,
        video: { codec: 'VP8' },
        audio: { codec: 'Opus' },
      },
    ])
    const [stream] = world.server.streams()
    expect(stream?.receivedBytes).toBe(400)
    expect(stream?.sentBytes).toBeGreaterThan(400)
    expect(world.server.session(ben.id)?.sentBytes).toBeGreaterThan(400)
    expect(world.server.stats()).toMatchObject({ sessions: 2, streams: 1, dropped: {} })
  })
})

describe('a network that loses 5 % and reorders', () => {
  test.each([1, 2, 3])('every packet arrives, seed %d', async (seed) => {
    const world = await open({ loss: 0.05, jitterMs: 30, seed })
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    await mendLosses(world, ann, ben)
    const got = new Set(contents(ben.receivedOf('video')))
    for (const packet of ben.receivedOf('videoRtx')) {
      got.add(new DataView(packet.buffer, packet.byteOffset).getUint32(packet.length - 20))
    }
    expect(world.network.lost).toBeGreaterThan(20)
    // Nobody misses what came before the first or after the last packet that arrived.
    const [first, last] = [Math.min(...got), Math.max(...got)]
    expect(first).toBeLessThan(10)
    expect(last).toBeGreaterThan(290)
    expect(numbers(last).filter((count) => count > first && !got.has(count))).toEqual([])
  })
})

/** Sends 300 packets, and lets both sides ask for what they miss until nothing is missing. */
async function mendLosses(world: World, ann: TestClient, ben: TestClient): Promise<void> {
  const sent = new Map<number, number>()
  for (const count of numbers(300)) {
    ann.sendVideo(count)
    sent.set(count & 0xffff, count)
    await world.pass(10)
    resend(ann, sent)
    askForMissing(ben)
  }
  for (let round = 0; round < 100; round += 1) {
    await world.pass(20)
    resend(ann, sent)
    askForMissing(ben)
  }
}

function resend(ann: TestClient, sent: ReadonlyMap<number, number>): void {
  for (const { sequences } of ann.feedbackOf('nack')) {
    for (const sequence of sequences) {
      const count = sent.get(sequence)
      if (count !== undefined) ann.repeatVideo(count)
    }
  }
  ann.feedback.length = 0
}

function askForMissing(ben: TestClient): void {
  const missing = ben.missingVideo()
  if (missing.length === 0) return
  const [first] = ben.receivedOf('video')
  const media = first ? new DataView(first.buffer, first.byteOffset).getUint32(8) : 0
  ben.media.sendRtcp(writeNack(ben.media.scratch, 0, { sender: 5, media, sequences: missing }))
}

describe('feedback', () => {
  test('to publishers: receiver reports, and what is missing', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    ann.sendVideo(0)
    ann.sendVideo(3)
    await world.pass(1_100)
    expect(ann.feedbackOf('nack')[0]).toMatchObject({ media: 2222, sequences: [1, 2] })
    expect(ann.feedbackOf('receiver-report')[0]?.reports).toMatchObject([
      { ssrc: 2222, highestSequence: 3, fractionLost: 128, lost: 2 },
    ])
  })

  test("from players: the thinnest path's estimate reaches the publisher at once", async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const [ben, cleo] = [await world.connected('play'), await world.connected('play')]
    const tell = (player: typeof ben, bitrate: number): void => {
      const remb = { sender: 5, bitrate, ssrcs: [1] }
      player.media.sendRtcp(writeRemb(player.media.scratch, 0, remb))
    }
    for (const player of [ben, cleo]) tell(player, 1_000_000)
    await world.pass(200)
    // What does not fall limits nothing.
    expect(ann.feedbackOf('remb')).toEqual([])
    tell(ben, 500_000)
    tell(cleo, 250_000)
    await world.pass(200)
    expect(ann.feedbackOf('remb').at(-1)).toMatchObject({ ssrcs: [1111, 2222] })
    expect(ann.feedbackOf('remb').at(-1)?.bitrate).toBeWithin(249_000, 250_001)
    world.server.end(cleo.id, 'kicked')
    await world.pass(1_100)
    expect(ann.feedbackOf('remb').at(-1)?.bitrate).toBeWithin(499_000, 500_001)
    world.server.end(ben.id, 'kicked')
    await world.pass(1_100)
    expect(ann.feedbackOf('remb').at(-1)?.bitrate).toBeGreaterThan(100_000_000)
  })

  test('from players: losses lower what the publisher sends', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    for (const count of numbers(150)) {
      ann.sendVideo(count)
      await world.pass(10)
    }
    const [packet] = ben.receivedOf('video')
    const ssrc = new DataView(packet!.buffer, packet!.byteOffset).getUint32(8)
    const report = { ssrc, fractionLost: 128, lost: 10, highestSequence: 0, jitter: 0 }
    const reports = [{ ...report, lastSenderReport: 0, delaySinceSenderReport: 0 }]
    ben.media.sendRtcp(writeReceiverReport(ben.media.scratch, 0, { ssrc: 5, reports }))
    await world.pass(200)
    expect(ann.feedbackOf('remb').at(-1)?.bitrate).toBeLessThan(150_000)
  })

  test('a player may ask for a key frame', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    const ben = await world.connected('play')
    ann.sendVideo(0)
    await world.pass(1_000)
    ann.feedback.length = 0
    const [packet] = ben.receivedOf('video')
    const media = new DataView(packet!.buffer, packet!.byteOffset).getUint32(8)
    ben.media.sendRtcp(writePli(ben.media.scratch, 0, { sender: 5, media }))
    await world.pass(50)
    expect(ann.feedbackOf('pli')).toMatchObject([{ media: 2222 }])
  })
})
