import { describe, expect, test } from 'bun:test'
import type { RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import {
  Publishing,
  TYPE,
  type PacketOptions,
  type PublishingOptions,
} from './testing/publishing.ts'

const OFFERED = { audioSsrc: 11, videoSsrc: 22, videoRtxSsrc: 33 }
const AUDIO = { ssrc: 11, payloadType: TYPE.audio }
const RTX = { ssrc: 33, payloadType: TYPE.videoRtx }

describe('whose packets they are', () => {
  const cases: [string, PublishingOptions, PacketOptions, 'audio' | 'video' | undefined][] = [
    ['the SSRC that was offered', OFFERED, {}, 'video'],
    ['the other one', OFFERED, AUDIO, 'audio'],
    ['none was offered: by payload type', {}, {}, 'video'],
    ['none was offered: by payload type', {}, AUDIO, 'audio'],
    ['none was offered: by MID and payload type', {}, { mid: 'v' }, 'video'],
    ['a MID of another track', {}, { mid: 'a' }, undefined],
    ['a MID of no track', {}, { mid: 'x' }, undefined],
    ['a payload type of no track', {}, { payloadType: 100 }, undefined],
    ['another SSRC than the one that was offered', OFFERED, { ssrc: 99 }, 'video'],
    ['another payload type than the one that was agreed', OFFERED, { payloadType: 100 }, undefined],
    ["another track's payload type", OFFERED, { payloadType: TYPE.audio }, 'audio'],
  ]
  test.each(cases)('%s, %p %p: %s', (_, options, packet, expected) => {
    const publishing = new Publishing(options)
    publishing.receive(7, { ...packet, isKeyFrame: true })
    expect(publishing.forwarded).toEqual({
      audio: expected === 'audio' ? [7] : [],
      video: expected === 'video' ? [7] : [],
    })
  })

  test('one that was learnt is what feedback is about', () => {
    const publishing = new Publishing()
    publishing.receive(7, { ssrc: 99, isKeyFrame: true })
    publishing.pass(1_000)
    expect(publishing.sentOf('receiver-report').at(-1)?.reports).toMatchObject([{ ssrc: 99 }])
  })

  test('of several layers one is played, the first', () => {
    const publishing = new Publishing(OFFERED)
    for (let count = 0; count < 20; count += 1) {
      for (const ssrc of [22, 98, 99]) {
        publishing.receive(count + ssrc, { ssrc, mid: 'v', isKeyFrame: count === 0 })
      }
      publishing.pass(20)
    }
    expect(publishing.forwarded.video).toEqual(Array.from({ length: 20 }, (_, count) => count + 22))
    expect(publishing.sentOf('pli').length).toBeLessThan(2)
  })

  test('another SSRC takes the place of one that fell silent, from a key frame on', () => {
    const publishing = new Publishing(OFFERED)
    publishing.receive(1, { isKeyFrame: true })
    publishing.pass(980)
    publishing.receive(101, { ssrc: 99, isKeyFrame: true })
    publishing.pass(40)
    publishing.receive(102, { ssrc: 99 })
    publishing.receive(103, { ssrc: 99, isKeyFrame: true })
    // What is still on its way from the one before is late.
    publishing.receive(2)
    publishing.receive(104, { ssrc: 99 })
    expect(publishing.forwarded.video).toEqual([1, 103, 104])
    expect(publishing.sentOf('pli').at(-1)).toMatchObject({ media: 99 })
  })

  test('however often, no more is remembered than two flows of a track', () => {
    const publishing = new Publishing(OFFERED)
    for (let round = 0; round < 200; round += 1) {
      publishing.receive(3, { ssrc: 1_000 + round, isKeyFrame: true })
      publishing.receive(5, { ssrc: 1_000 + round })
      publishing.receive(1, { ...RTX, ssrc: 2_000 + round, original: 4 })
      publishing.pass(1_000)
    }
    expect(publishing.forwarded.video.length).toBe(600)
    expect(publishing.session.flows).toBe(3)
  })
})

describe('retransmissions', () => {
  test.each([
    ['as it was offered', OFFERED, {}, [1, 3, 2]],
    ['none was offered: by payload type', { videoSsrc: 22 }, {}, [1, 3, 2]],
    ['none was offered: by MID', { videoSsrc: 22 }, { mid: 'v' }, [1, 3, 2]],
    ['of another track', { videoSsrc: 22 }, { mid: 'a' }, [1, 3]],
    ['without RTX', { videoSsrc: 22, hasRtx: false }, {}, [1, 3]],
  ])('%s', (_, options, packet, expected) => {
    const publishing = new Publishing(options)
    publishing.receive(1, { isKeyFrame: true })
    publishing.receive(3)
    publishing.receive(500, { ...RTX, ...packet, original: 2 })
    expect(publishing.forwarded.video).toEqual(expected)
  })

  test('what is missing is asked for, and is not when it came', () => {
    const publishing = new Publishing(OFFERED)
    publishing.receive(1, { isKeyFrame: true })
    publishing.receive(4)
    publishing.pass(20)
    expect(publishing.sentOf('nack')).toMatchObject([{ media: 22, sequences: [2, 3] }])
    publishing.receive(500, { ...RTX, original: 2 })
    publishing.pass(60)
    expect(publishing.sentOf('nack').at(-1)).toMatchObject({ sequences: [3] })
  })

  test('nothing is asked for where it was not offered, but for a key frame in the end', () => {
    const publishing = new Publishing({ ...OFFERED, feedback: ['nack pli'] })
    publishing.receive(1, { isKeyFrame: true })
    publishing.receive(4)
    const before = publishing.sentOf('pli').length
    publishing.pass(1_000)
    expect(publishing.sentOf('nack')).toEqual([])
    expect(publishing.sentOf('pli').length).toBe(before + 1)
  })

  test('of a flow that nobody knows, only what is missing is believed', () => {
    const publishing = new Publishing({ videoSsrc: 22 })
    publishing.receive(1, { isKeyFrame: true })
    publishing.receive(3)
    publishing.receive(500, { ...RTX, original: 900 })
    publishing.receive(600, { ...RTX, ssrc: 34, original: 2 })
    publishing.receive(5)
    publishing.receive(501, { ...RTX, original: 4 })
    expect(publishing.forwarded.video).toEqual([1, 3, 2, 5])
  })

  test('they do not make losses unsaid', () => {
    const publishing = new Publishing(OFFERED)
    publishing.receive(1, { isKeyFrame: true })
    publishing.receive(4)
    for (const original of [2, 3]) publishing.receive(original, { ...RTX, original })
    publishing.pass(1_000)
    expect(publishing.sentOf('receiver-report').at(-1)?.reports).toMatchObject([
      { ssrc: 22, lost: 2, highestSequence: 4 },
    ])
  })
})

describe('key frame requests', () => {
  test.each([
    ['PLI where both are offered', ['nack pli', 'ccm fir'], ['pli', 'pli']],
    ['FIR where only that is offered', ['ccm fir'], ['fir', 'fir']],
    ['PLI where none is offered', [], ['pli', 'pli']],
  ])('%s', (_, feedback, expected) => {
    const publishing = new Publishing({ ...OFFERED, feedback })
    publishing.sent.length = 0
    publishing.pass(1_000)
    publishing.router.requestKeyFrame('video')
    publishing.pass(300)
    publishing.router.requestKeyFrame('video')
    expect(publishing.sent.map(({ type }) => type)).toEqual(expected as RtcpPacket['type'][])
  })

  test('each FIR has its own number (RFC 5104 §4.3.1.1)', () => {
    const publishing = new Publishing({ ...OFFERED, feedback: ['ccm fir'] })
    for (let count = 0; count < 300; count += 1) {
      publishing.router.requestKeyFrame('video')
      publishing.pass(260)
    }
    const numbers = publishing.sentOf('fir').map(({ requests }) => requests[0]!.sequence)
    expect(numbers.slice(1).map((number, at) => (number - numbers[at]!) & 0xff)).toEqual(
      Array.from({ length: numbers.length - 1 }, () => 1),
    )
  })

  test('what many ask at once is asked once, and again for those who came later', () => {
    const publishing = new Publishing(OFFERED)
    publishing.pass(1_000)
    publishing.sent.length = 0
    for (let player = 0; player < 10; player += 1) publishing.router.requestKeyFrame('video')
    expect(publishing.sentOf('pli').length).toBe(1)
    publishing.pass(240)
    expect(publishing.sentOf('pli').length).toBe(1)
    publishing.pass(20)
    expect(publishing.sentOf('pli').length).toBe(2)
    publishing.pass(2_000)
    expect(publishing.sentOf('pli').length).toBe(2)
  })

  test('at most four per second', () => {
    const publishing = new Publishing(OFFERED)
    publishing.pass(1_000)
    publishing.sent.length = 0
    for (let count = 0; count < 500; count += 1) {
      publishing.router.requestKeyFrame('video')
      publishing.pass(20)
    }
    expect(publishing.sentOf('pli').length).toBeWithin(35, 42)
  })

  test('not for those who got one in the meantime', () => {
    const publishing = new Publishing(OFFERED)
    publishing.pass(1_000)
    publishing.router.requestKeyFrame('video')
    publishing.pass(100)
    publishing.router.requestKeyFrame('video')
    publishing.pass(20)
    const before = publishing.sentOf('pli').length
    publishing.receive(1, { isKeyFrame: true })
    publishing.pass(1_000)
    expect(publishing.sentOf('pli').length).toBe(before)
  })

  test('none before the SSRC is known; then it is asked', () => {
    const publishing = new Publishing()
    publishing.router.requestKeyFrame('video')
    publishing.pass(1_000)
    expect(publishing.sentOf('pli')).toEqual([])
    publishing.receive(1)
    expect(publishing.sentOf('pli')).toMatchObject([{ media: 22 }])
  })
})

describe('sender reports', () => {
  test.each([
    ['of the media', 22, true],
    ['of its retransmissions', 33, false],
    ['of nobody', 44, false],
  ])('%s', (_, ssrc, isOfVideo) => {
    const publishing = new Publishing(OFFERED)
    publishing.session.handleRtcp(
      {
        type: 'sender-report',
        ssrc,
        ntpSeconds: 3_900_000_000,
        ntpFraction: 0,
        rtpTimestamp: 5,
        packets: 1,
        bytes: 1,
        reports: [],
      },
      publishing.nowMs,
    )
    expect(publishing.video.clock !== undefined).toBe(isOfVideo)
    expect(publishing.audio.clock).toBeUndefined()
  })
})

describe('estimates', () => {
  function told(publishing: Publishing): number[] {
    return publishing.sentOf('remb').map(({ bitrate }) => Math.round(bitrate / 1_000))
  }

  test('nothing is told where nothing is known', () => {
    const publishing = new Publishing(OFFERED)
    publishing.pass(3_000)
    expect(told(publishing)).toEqual([])
  })

  test('nothing is told to who does not want to know', () => {
    const publishing = new Publishing({ ...OFFERED, feedback: ['nack pli'] })
    publishing.estimate.bitsPerSecond = 300_000
    publishing.pass(3_000)
    expect(told(publishing)).toEqual([])
  })

  test('a falling one is told within 100 ms, a rising one within a second', () => {
    const publishing = new Publishing(OFFERED)
    publishing.pass(5_000)
    publishing.estimate.bitsPerSecond = 500_000
    publishing.pass(20)
    expect(told(publishing)).toEqual([500])
    publishing.estimate.bitsPerSecond = 400_000
    publishing.pass(100)
    expect(told(publishing)).toEqual([500, 400])
    publishing.estimate.bitsPerSecond = 450_000
    publishing.pass(980)
    expect(told(publishing)).toEqual([500, 400])
    publishing.pass(20)
    expect(told(publishing)).toEqual([500, 400, 450])
    expect(publishing.sentOf('remb').at(-1)?.ssrcs).toEqual([11, 22])
  })

  test('many falls are told ten times per second', () => {
    const publishing = new Publishing(OFFERED)
    for (let count = 0; count < 100; count += 1) {
      publishing.estimate.bitsPerSecond = 1_000_000 * 0.98 ** count
      publishing.pass(20)
    }
    expect(told(publishing).length).toBeWithin(18, 22)
  })

  test('it is lifted when the thin path is gone', () => {
    const publishing = new Publishing(OFFERED)
    publishing.estimate.bitsPerSecond = 300_000
    publishing.pass(1_000)
    publishing.router.stop(publishing.player)
    publishing.pass(1_000)
    expect(told(publishing).at(-1)).toBeGreaterThan(900_000)
  })
})

describe('transport-wide feedback', () => {
  test('says every 60 ms what came, and what did not', () => {
    const publishing = new Publishing(OFFERED)
    for (const sequence of [1, 2, 4]) {
      publishing.receive(sequence, { transportSequence: 65_533 + sequence })
      publishing.pass(20)
    }
    publishing.pass(60)
    const feedback = publishing.sentOf('transport-feedback')
    expect(feedback[0]?.baseSequence).toBe(65_534)
    const arrived = feedback.flatMap(({ arrivals }) =>
      Array.from(arrivals, (time) => !Number.isNaN(time)),
    )
    expect(arrived).toEqual([true, true, false, true])
  })

  test('also of what belongs to no track', () => {
    const publishing = new Publishing(OFFERED)
    publishing.receive(1, { ssrc: 99, payloadType: 100, transportSequence: 5 })
    publishing.pass(60)
    expect(publishing.sentOf('transport-feedback')).toMatchObject([{ baseSequence: 5 }])
  })

  test('is none where it was not agreed', () => {
    const publishing = new Publishing({ ...OFFERED, hasTransportSequence: false })
    publishing.receive(1, { transportSequence: 5 })
    publishing.pass(200)
    expect(publishing.sentOf('transport-feedback')).toEqual([])
  })
})
