import { expect, test } from 'bun:test'
import { VIDEO_FORMATS } from './codecs/video-format.ts'
import {
  readAbsSendTime,
  readAudioLevel,
  readTransportSequence,
  replaceTransportSequence,
} from './extension-values.ts'
import { ExtensionWriter } from './extension-writer.ts'
import { rewriteElementIds } from './header-extensions.ts'
import { parseRtcp } from './rtcp/parse.ts'
import { isRtcp, isRtp, rtpHeaderBytes, rtpPayloadEnd } from './rtp-packet.ts'
import { unwrapRtx, wrapRtx } from './rtx.ts'
import { fromHex, randomNumbers } from './testing/bytes.ts'

const RUNS = process.env['DUET_LONG'] === '1' ? 10_000_000 : 20_000
/** Numbers that differ from run to run; it is printed when a run fails. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)

/** Well-formed packets that are changed here and there. */
const TEMPLATES = [
  '9162 1234 00000002 00000003 00000004 bede0003 1085 22123456 31abcd 0000 78001a6764001facd9405005bb01',
  'b062 1234 00000002 00000003 10000002 0102aabb15000000 90f081112233 9077019d012a0005d002000703',
  '8062 1234 00000002 00000003 8a 8111 18 0500 02d0 01 04 01 82498342004ff02cf606',
  '8062 1234 00000002 00000003 28 0d 0a0b0000002d4cffb3ccaf9004 3200',
  '81c8000c 00000001 e0000000 80000000 0000ffff 00000010 00001000 0000000a 40ffffff 00010005 00000007 aabbccdd 00010000 82ca0006 00000001 01036d6d6d 020161 00000000 00000002 01016e00',
  '80c90001 00000001 81cd0004 00000001 00000002 fffe8005 00100000 84ce0006 00000001 00000000 00000002 07000000 00000003 ff000000 8fce0005 00000001 00000000 52454d42 010a884a 48bb1a91',
  '80c90001 00000001 afcd0007 00000001 00000002 00050017 00000003 0014a900d8000001000001ff 03000003 81cb0001 00000001',
].map(fromHex)

const buffer = new Uint8Array(512)
const copy = new Uint8Array(600)
const ids = Uint8Array.from({ length: 256 }, (_, id) => (7 * id) & 0xff)
const writer = new ExtensionWriter()

/** Fills `buffer` with one packet; returns its length. */
function nextPacket(): number {
  if (random(4) === 0) {
    const length = random(200)
    for (let at = 0; at < length; at += 1) buffer[at] = random(256)
    // Much of what begins as a packet may.
    if (random(2) === 0) buffer[0] = 0x80 | ((buffer[0] ?? 0) & 0x3f)
    return length
  }
  const template = TEMPLATES[random(TEMPLATES.length)] ?? new Uint8Array(0)
  buffer.fill(random(256))
  buffer.set(template)
  for (let change = random(6); change > 0; change -= 1) {
    const at = random(template.length)
    buffer[at] = random(2) === 0 ? random(256) : (buffer[at] ?? 0) ^ (1 << random(8))
  }
  return random(3) === 0 ? random(template.length + 1) : template.length
}

function readRtp(length: number): void {
  const header = rtpHeaderBytes(buffer, length)
  if (header < 0) return
  expect(header).toBeLessThanOrEqual(length)
  const end = rtpPayloadEnd(buffer, length, header)
  if (end >= 0) expect(end).toBeGreaterThanOrEqual(header)
  for (let id = 0; id < 16; id += 1) {
    readAudioLevel(buffer, header, id)
    readAbsSendTime(buffer, header, id)
    readTransportSequence(buffer, header, id)
  }
  for (const format of Object.values(VIDEO_FORMATS)) {
    format.isKeyFrameStart(buffer, header, Math.max(header, end))
    expect(format.pictureSize(buffer, header, Math.max(header, end))).toBeGreaterThanOrEqual(0)
  }
  copy.set(buffer.subarray(0, 72))
  writer.begin(copy, random(2) === 0)
  writer.addFrom(buffer, header, ids)
  const written = writer.end()
  expect(rtpHeaderBytes(copy, written)).toBe(written)
  replaceTransportSequence(buffer, header, { id: 3, sequence: 1 })
  rewriteElementIds(buffer, header, ids)
  expect(rtpHeaderBytes(buffer, length)).toBe(header)
  const wrapped = wrapRtx(buffer, length)
  if (end >= 0) expect(unwrapRtx(buffer, wrapped)).toBe(length)
}

test(`random and changed packets throw nowhere, and leave the rest of the buffer alone (seed ${seed})`, () => {
  for (let run = 0; run < RUNS; run += 1) {
    const length = nextPacket()
    isRtp(buffer, length)
    isRtcp(buffer, length)
    parseRtcp(buffer, length)
    for (const format of Object.values(VIDEO_FORMATS)) {
      format.isKeyFrameStart(buffer, 0, length)
      format.pictureSize(buffer, 0, length)
    }
    const mark = (buffer[length + 2] = random(256))
    readRtp(length)
    expect(buffer[length + 2]).toBe(mark)
  }
}, 600_000)

/** Everything that is read of a packet where it was received, with other packets' bytes behind it. */
function readingsOf(bytes: Uint8Array, length: number): unknown[] {
  const header = rtpHeaderBytes(bytes, length)
  const end = header < 0 ? -1 : rtpPayloadEnd(bytes, length, header)
  const readings: unknown[] = [isRtp(bytes, length), isRtcp(bytes, length), header, end]
  // As text: of two arrays with NaN not all count as equal.
  readings.push(JSON.stringify(parseRtcp(bytes, length)))
  if (end < 0) return readings
  for (let id = 1; id < 16; id += 1) readings.push(readTransportSequence(bytes, header, id))
  for (const format of Object.values(VIDEO_FORMATS)) {
    readings.push(
      format.isKeyFrameStart(bytes, header, end),
      format.pictureSize(bytes, header, end),
    )
  }
  return readings
}

test(`what lies behind a packet is not read (seed ${seed})`, () => {
  for (let run = 0; run < RUNS / 2; run += 1) {
    const length = nextPacket()
    const alone = buffer.slice(0, length)
    const behind = [0x00, 0x80, 0xff][random(3)]!
    buffer.fill(behind, length)
    expect(readingsOf(buffer, length)).toEqual(readingsOf(alone, length))
  }
}, 600_000)
