import { describe, expect, test } from 'bun:test'
import type { MediaFrame } from './media-reader.ts'
import { writeUint16, writeUint32 } from './rtp/big-endian.ts'
import { setMarker, setPayloadType, setSequence, setSsrc, setTimestamp } from './rtp/rtp-packet.ts'
import { CLIENT_PAYLOAD_TYPE } from './testing/client-sdp.ts'
import type { TestClient, World } from './testing/world.ts'
import { numbers, worldsForTests } from './testing/worlds.ts'

const open = worldsForTests()

/** A key frame's tag, start code and size, and another frame's tag (RFC 6386 §9.1). */
const KEY = [0x10, 0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]
const OTHER = [0x10, 1, 0, 0]

/** Each stream is read so often. */
const READ_MS = 100

/** Sends a picture in one packet, or sends it again under another number (RFC 4588). */
function sendPicture(client: TestClient, count: number, repetition = -1) {
  const { scratch } = client.media
  const isRepeated = repetition >= 0
  scratch.fill(0, 0, 12)
  scratch[0] = 0x80
  setPayloadType(scratch, isRepeated ? CLIENT_PAYLOAD_TYPE.videoRtx : CLIENT_PAYLOAD_TYPE.video)
  setMarker(scratch, true)
  setSequence(scratch, isRepeated ? repetition : count)
  setTimestamp(scratch, 3_000 * count)
  setSsrc(scratch, isRepeated ? 3333 : 2222)
  let at = 12
  if (isRepeated) {
    writeUint16(scratch, at, count)
    at += 2
  }
  const head = count % 50 === 0 ? KEY : OTHER
  scratch.set(head, at)
  at += head.length
  writeUint32(scratch, at, count)
  client.media.sendRtp(at + 4)
}

function read(world: World) {
  const pictures: number[] = []
  const sounds: number[] = []
  const frames: MediaFrame[] = []
  const reading = { pictures, sounds, frames, gaps: 0 }
  const reader = world.server.read('room/ann', {
    onFrame: (frame) => {
      const { data, kind } = frame
      frames.push({ ...frame, data: data.slice() })
      const view = new DataView(data.buffer, data.byteOffset, data.length)
      if (kind === 'video') pictures.push(view.getUint32(data.length - 4))
      else sounds.push(view.getUint32(8))
    },
    onGap: () => (reading.gaps += 1),
  })
  return Object.assign(reading, { reader })
}

describe('reading inside the server', () => {
  test('gives the frames of whoever publishes, in the time of the server', async () => {
    const world = await open()
    const reading = read(world)
    const ann = await world.connected('publish')
    for (const count of numbers(10)) {
      sendPicture(ann, count)
      ann.sendAudio(count)
      await world.pass(20)
    }
    await world.pass(READ_MS)
    expect(reading.pictures).toEqual(numbers(10))
    expect(reading.sounds).toEqual(numbers(10))
    const picture = reading.frames.find(({ kind }) => kind === 'video')
    expect(picture).toMatchObject({ isKeyFrame: true, width: 320, height: 240 })
    for (const { timeMs } of reading.frames) {
      expect(timeMs).toBeWithin(world.clock.now() - 400, world.clock.now() + 1)
    }
  })

  test('waits for what was lost on the way, which is asked for', async () => {
    const world = await open({ loss: 0.1, jitterMs: 5 })
    const reading = read(world)
    const ann = await world.connected('publish')
    let [answered, repetitions] = [0, 0]
    const answerNacks = (): void => {
      const nacks = ann.feedbackOf('nack')
      for (const { sequences } of nacks.slice(answered)) {
        for (const sequence of sequences) {
          sendPicture(ann, sequence, repetitions)
          repetitions += 1
        }
      }
      answered = nacks.length
    }
    for (const count of numbers(600)) {
      sendPicture(ann, count)
      await world.pass(20)
      answerNacks()
    }
    expect(answered).toBeGreaterThan(20)
    // Only what comes too late, or breaks off for a key frame, may be missing.
    expect(reading.pictures.length).toBeGreaterThan(550)
    expect(reading.pictures).toEqual(reading.pictures.toSorted((a, b) => a - b))
    for (const [at, count] of reading.pictures.entries()) {
      if (count % 50 !== 0) expect(reading.pictures[at - 1]).toBe(count - 1)
    }
  })

  test('goes on when the publisher is gone and another one comes', async () => {
    const world = await open()
    const reading = read(world)
    const first = await world.connected('publish')
    sendPicture(first, 0)
    await world.pass(20)
    world.server.end(first.id, 'ended')
    expect(reading.gaps).toBe(1)
    expect(world.server.stream('room/ann')).toMatchObject({ publisher: undefined })
    const second = await world.connected('publish')
    sendPicture(second, 50)
    await world.pass(READ_MS)
    expect(reading.pictures).toEqual([0, 50])
  })

  test('one that begins in the midst asks for a key frame', async () => {
    const world = await open()
    const ann = await world.connected('publish')
    sendPicture(ann, 0)
    await world.pass(20)
    const reading = read(world)
    await world.pass(20)
    expect(ann.feedbackOf('pli')).toHaveLength(1)
    for (const count of [48, 49, 50, 51]) sendPicture(ann, count)
    await world.pass(READ_MS)
    expect(reading.pictures).toEqual([50, 51])
  })

  test('a stream that is only read is there as long as it is read', async () => {
    const world = await open()
    const readings = [read(world), read(world)]
    for (const { reader } of readings) {
      expect(world.server.stream('room/ann')).toMatchObject({ players: 0 })
      reader.close()
      reader.close()
    }
    expect(world.server.stream('room/ann')).toBeUndefined()
    const ann = await world.connected('publish')
    const third = read(world)
    third.reader.close()
    sendPicture(ann, 0)
    await world.pass(20)
    expect([...readings, third].flatMap(({ frames }) => frames)).toEqual([])
    world.server.end(ann.id, 'ended')
    expect(world.server.stream('room/ann')).toBeUndefined()
  })

  test('not of a server that is closed', async () => {
    const world = await open()
    const reading = read(world)
    world.server.close()
    reading.reader.close()
    expect(() => read(world)).toThrow('shutting down')
  })
})
