import { describe, expect, test } from 'bun:test'
import { fromHex } from '../rtp/testing/bytes.ts'
import { KEY, Pictures } from './testing/pictures.ts'
import { Published } from './testing/published.ts'

describe('pictures', () => {
  test('are whole, with their size', () => {
    const pictures = new Pictures(new Published())
    pictures.frames(0, 2)
    expect(pictures.published.frames).toMatchObject([
      {
        kind: 'video',
        codec: 'VP8',
        isKeyFrame: true,
        width: 1280,
        height: 720,
        data: new Uint8Array([...KEY, 0]),
      },
      { kind: 'video', codec: 'VP8', isKeyFrame: false, data: new Uint8Array([1, 1, 1]) },
    ])
  })

  test.each([0, 65_530, 65_535])('come in order, numbers from %d on', (first) => {
    const pictures = new Pictures(new Published(), first)
    for (const index of [0, 1, 3, 2, 7, 6, 5, 4, 6, 2, 8, 9, 12, 13, 11, 10]) pictures.packet(index)
    expect(pictures.handedOut).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(pictures.published.asked).toEqual([])
  })

  test('over a wrap of timestamps', () => {
    const pictures = new Pictures(new Published(), Math.floor(2 ** 32 / 3_000) - 3)
    pictures.frames(0, 8)
    expect(pictures.handedOut).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('wait for what is sent again', () => {
    const pictures = new Pictures(new Published())
    pictures.frames(0, 1)
    for (const index of [3, 4, 5]) pictures.packet(index)
    pictures.published.pass(280)
    expect(pictures.handedOut).toEqual([0])
    pictures.packet(2, { isRepeated: true })
    expect(pictures.handedOut).toEqual([0, 1, 2])
    expect(pictures.published.asked).toEqual([])
  })

  test('go on with a key frame when something never comes', () => {
    const pictures = new Pictures(new Published())
    const { published } = pictures
    pictures.frames(0, 1)
    pictures.packet(3)
    pictures.frames(2, 4)
    published.pass(300)
    pictures.frames(4, 5)
    expect(pictures.handedOut).toEqual([0])
    expect(published.asked).toEqual([published.nowMs])
    pictures.packet(2)
    pictures.frames(5, 6)
    expect(published.asked).toHaveLength(1)
    pictures.frames(6, 7, { isKeyFrame: true })
    pictures.frames(7, 8)
    expect(pictures.handedOut).toEqual([0, 6, 7])
  })

  test('a key frame is asked for again, unless one is on its way', () => {
    const pictures = new Pictures(new Published())
    const { published } = pictures
    pictures.packet(1, { isKeyFrame: false })
    expect(published.asked).toHaveLength(1)
    for (let frame = 1; frame <= 7; frame += 1) {
      published.pass(100)
      pictures.frames(frame, frame + 1)
    }
    expect(published.asked).toHaveLength(3)
    pictures.packet(16, { isKeyFrame: true })
    published.pass(500)
    pictures.packet(17)
    expect(published.asked).toHaveLength(3)
    expect(pictures.handedOut).toEqual([8])
  })

  test('one whose key frame is lost in part waits for another one', () => {
    const pictures = new Pictures(new Published())
    pictures.packet(0)
    pictures.frames(1, 2)
    pictures.published.pass(300)
    pictures.frames(2, 4)
    expect(pictures.handedOut).toEqual([])
    pictures.frames(4, 5, { isKeyFrame: true })
    expect(pictures.handedOut).toEqual([4])
  })

  test('padding is none of them', () => {
    const published = new Published()
    const send = (sequence: number, payload: number[], padding: number): void =>
      published.send({
        sequence,
        timestamp: sequence < 4 ? 0 : 3_000,
        payload,
        hasMarker: sequence === 2 || sequence === 4,
        padding,
      })
    send(0, [0x10, ...KEY], 7)
    send(1, [], 200)
    send(2, [0x00, 0xaa], 255)
    send(3, [], 100)
    send(4, [0x10, 1, 1], 0)
    expect(published.frames.map(({ data }) => [...data])).toEqual([
      [...KEY, 0xaa],
      [1, 1],
    ])
  })

  test('the next one ends one without a marker', () => {
    const published = new Published()
    const send = (sequence: number, payload: number[]): void =>
      published.send({ sequence, timestamp: 3_000 * sequence, payload, hasMarker: false })
    send(0, [0x10, ...KEY])
    send(1, [0x10, 1, 1])
    send(2, [0x10, 1, 2])
    expect(published.frames.map(({ data }) => data.at(-1))).toEqual([KEY.at(-1), 1])
  })

  test('a frame of more packets than are kept is given up', () => {
    const published = new Published()
    for (let sequence = 0; sequence <= 1_000; sequence += 1) {
      const payload = sequence === 0 ? [0x10, ...KEY] : [0x00, 1]
      published.send({ sequence, timestamp: 0, payload, hasMarker: sequence === 1_000 })
    }
    expect(published.frames).toEqual([])
    const pictures = new Pictures(published, 1_001)
    pictures.frames(0, 1)
    expect(pictures.handedOut).toEqual([0])
  })

  test('a hole with too much behind it is given up at once', () => {
    const pictures = new Pictures(new Published())
    pictures.frames(0, 1)
    pictures.packet(3)
    pictures.frames(2, 300)
    expect(pictures.handedOut).toEqual([0])
    pictures.frames(300, 301, { isKeyFrame: true })
    expect(pictures.handedOut).toEqual([0, 300 & 0xff])
  })
})

describe('sound', () => {
  const send = (published: Published, ...sequences: number[]): void => {
    for (const sequence of sequences) {
      published.send({
        kind: 'audio',
        sequence,
        timestamp: 960 * sequence,
        payload: [0xfc, sequence],
      })
    }
  }
  const handedOut = (published: Published): (number | undefined)[] =>
    published.framesOf('audio').map(({ data }) => data.at(-1))

  test('comes packet by packet, in order', () => {
    const published = new Published()
    send(published, 0, 1, 3, 2, 4)
    expect(handedOut(published)).toEqual([0, 1, 2, 3, 4])
    expect(published.frames[1]).toMatchObject({
      kind: 'audio',
      codec: 'Opus',
      isKeyFrame: true,
      data: new Uint8Array([0xfc, 1]),
    })
  })

  test('what is lost is left out after a moment', () => {
    const published = new Published()
    send(published, 0, 1, 3)
    published.pass(20)
    expect(handedOut(published)).toEqual([0, 1])
    published.pass(20)
    expect(handedOut(published)).toEqual([0, 1, 3])
    send(published, 2, 4)
    expect(handedOut(published)).toEqual([0, 1, 3, 4])
    expect(published.asked).toEqual([])
  })

  test('pauses are pauses', () => {
    const published = new Published()
    send(published, 0)
    const timestamp = 48_000
    published.nowMs += 1_000
    published.send({ kind: 'audio', sequence: 1, timestamp, payload: [0xf8] })
    const [first, second] = published.frames
    expect(second!.timeMs - first!.timeMs).toBe(1_000)
  })
})

describe('publishers come and go', () => {
  test('another one begins with a key frame', () => {
    const pictures = new Pictures(new Published())
    const { published } = pictures
    pictures.frames(0, 2)
    published.unpublish()
    expect(published.gaps).toBe(1)
    published.pass(1_000)
    published.publish('VP8')
    pictures.frames(9, 10)
    expect(published.asked).toHaveLength(1)
    pictures.frames(0, 2)
    expect(pictures.handedOut).toEqual([0, 1])
    pictures.frames(10, 11, { isKeyFrame: true })
    expect(pictures.handedOut).toEqual([0, 1, 10])
    expect(published.gaps).toBe(1)
  })

  test('with another codec', () => {
    const pictures = new Pictures(new Published())
    const { published } = pictures
    pictures.frames(0, 2)
    published.unpublish()
    published.publish('H264')
    const payloads = [
      '6742c00bd901519e226c044000000300400000030283c50a92',
      '68ebe3cb22c0',
      '65888400',
    ]
    for (const [sequence, payload] of payloads.entries()) {
      published.send({
        sequence,
        timestamp: 0,
        payload: fromHex(payload),
        hasMarker: sequence === payloads.length - 1,
      })
    }
    expect(published.frames.map(({ codec, width }) => [codec, width])).toEqual([
      ['VP8', 1280],
      ['VP8', undefined],
      ['H264', 322],
    ])
    expect(published.frames.at(-1)?.description?.[0]).toBe(1)
  })

  test('numbers begin anew', () => {
    const published = new Published()
    new Pictures(published).frames(0, 3)
    const later = new Pictures(published, 30_000)
    later.frames(1, 2)
    expect(later.handedOut).toEqual([0, 1, 2])
    later.frames(2, 3, { isKeyFrame: true })
    expect(later.handedOut).toEqual([0, 1, 2, 2])
  })

  test('what came whole behind a hole is handed out before the end', () => {
    const pictures = new Pictures(new Published())
    pictures.frames(0, 1)
    pictures.packet(3)
    pictures.frames(2, 3, { isKeyFrame: true })
    pictures.published.unpublish()
    expect(pictures.handedOut).toEqual([0, 2])
  })
})

describe('what came since it was last read', () => {
  const quiet = (): Pictures => {
    const published = new Published()
    published.isPrompt = false
    return new Pictures(published)
  }

  test('is handed out at once, in order, with the times of its coming', () => {
    const pictures = quiet()
    const { published } = pictures
    for (const index of [0, 1, 3, 2, 5, 4, 6]) {
      pictures.packet(index)
      published.nowMs += 10
    }
    expect(published.frames).toEqual([])
    published.read()
    expect(pictures.handedOut).toEqual([0, 1, 2])
    expect(published.frames.map(({ timeMs }) => timeMs <= published.nowMs - 20)).not.toContain(
      false,
    )
    pictures.packet(7)
    published.read()
    expect(pictures.handedOut).toEqual([0, 1, 2, 3])
  })

  test('is handed out before the reader is closed', () => {
    const pictures = quiet()
    pictures.frames(0, 3)
    pictures.packet(7)
    pictures.frames(4, 5, { isKeyFrame: true })
    pictures.published.reader.close()
    expect(pictures.handedOut).toEqual([0, 1, 2, 4])
  })

  test('is handed out before the numbers begin anew', () => {
    const pictures = quiet()
    const { published } = pictures
    pictures.frames(0, 3)
    published.video.restart(2)
    expect(pictures.handedOut).toEqual([0, 1, 2])
    pictures.frames(0, 2)
    const later = new Pictures(published, 30_000)
    later.frames(3, 5, { isKeyFrame: true })
    expect(pictures.handedOut).toEqual([0, 1, 2, 0, 1])
    published.read()
    expect(pictures.handedOut).toEqual([0, 1, 2, 0, 1, 3, 4])
  })

  test.each([
    ['of large pictures', 900, 1_080],
    ['of many packets', 60, 20],
  ])('%s is read before the cache lets go of it', (_, packets, bytes) => {
    const { published } = quiet()
    const later = Array<number>(bytes).fill(1)
    let sequence = 65_000
    for (let picture = 0; picture < 40; picture += 1) {
      const isKeyFrame = picture % 20 === 0
      const count = isKeyFrame ? packets : 60
      for (let packet = 0; packet < count; packet += 1) {
        const head = packet > 0 ? [0x00] : [0x10, ...(isKeyFrame ? KEY : [1])]
        const hasMarker = packet === count - 1
        const payload = [...head, ...later]
        published.send({ sequence, timestamp: 3_000 * picture, payload, hasMarker })
        sequence += 1
      }
    }
    published.read()
    expect(published.framesOf('video')).toHaveLength(40)
    expect(published.asked).toEqual([])
  })

  test('begins with the packet that was overtaken', () => {
    const pictures = quiet()
    for (const index of [1, 2, 0, 3]) pictures.packet(index)
    pictures.published.read()
    expect(pictures.handedOut).toEqual([0, 1])
  })
})
