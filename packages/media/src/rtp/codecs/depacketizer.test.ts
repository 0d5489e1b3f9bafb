import { describe, expect, test } from 'bun:test'
import type { CodecName } from '../../sdp/codecs.ts'
import { lastOf, type Outcome } from '../testing/frames.ts'

interface FrameCase {
  /** Frames of some packets; the last one is looked at. */
  frames: string[][]
  expected: Outcome
  parameters?: string
}

/** One frame of some packets. */
function frame(...packets: string[]): { becomes(expected: Outcome): FrameCase } {
  return { becomes: (expected) => ({ frames: [packets], expected }) }
}

function key(data: string, width: number, height: number, description?: string): Outcome {
  const plain = data.replaceAll(' ', '')
  const described = description === undefined ? {} : { description: plainHex(description) }
  return { data: plain, size: [width, height], ...described }
}

function other(data: string): Outcome {
  return { data: plainHex(data) }
}

function plainHex(hex: string): string {
  return hex.replaceAll(' ', '')
}

/** The beginnings of key frames of libvpx and libaom. */
const VP8 = '9077019d012a0005d0020007'
const VP9 = '82498342004ff02cf60638241c184a1804187fd5f9bf3ff1'
const VP9_INTER = '86004050'
const AV1_SEQUENCE = '0a0b000000043d06d4daf90040'
/** The same without its size. */
const AV1_BARE = '08000000043d06d4daf90040'
const AV1C = `81000c00 ${AV1_SEQUENCE}`

/** Parameter sets of x264: 1280x720, and 322x182 of the baseline profile. */
const SPS = '6764001facd9405005bb0110000003001000000300a0f1831960'
const SPS_SMALL = '6742c00bd901519e226c044000000300400000030283c50a92'
const PPS = '68ebe3cb22c0'
const IDR = '65888400'
const SLICE = '419a0200'
const SETS = `0000001a ${SPS} 00000006 ${PPS}`
const AVCC = `0164001fffe1 001a ${SPS} 01 0006 ${PPS} fdf8f800`
const AVCC_SMALL = `0142c00bffe1 0019 ${SPS_SMALL} 01 0006 ${PPS}`
const APART = `78 001a ${SPS} 0006 ${PPS}`

const CASES: Record<CodecName, [string, FrameCase][]> = {
  OPUS: [
    ['RFC 7587 §4.2: the packet', frame('fc0102').becomes(other('fc0102'))],
    ['a pause', frame('f8').becomes(other('f8'))],
    ['two packets', frame('fc01', 'fc02').becomes('broken')],
  ],
  VP8: [
    ['RFC 7741: a key frame', frame(`10 ${VP8}`).becomes(key(VP8, 1280, 720))],
    [
      'of three packets',
      frame(`10 ${VP8}`, '00 aabb', '11 cc').becomes(key(`${VP8}aabbcc`, 1280, 720)),
    ],
    [
      'descriptors with all extensions',
      frame(`90f0 8111 22 33 ${VP8}`, '80f0 8111 22 33 aa').becomes(key(`${VP8}aa`, 1280, 720)),
    ],
    ['another frame', frame('10 91', '00 02').becomes(other('9102'))],
    ['without its beginning', frame('00 aabb', '11 cc').becomes('broken')],
    ['with two beginnings', frame('10 91', '10 91').becomes('broken')],
    ['a key frame without a start code', frame('10 9077019d012b0005d00200').becomes('broken')],
    ['a descriptor alone', frame('10 91', '80f0 8111').becomes('broken')],
  ],
  VP9: [
    ['RFC 9628: a key frame', frame(`8c 11 ${VP9}`).becomes(key(VP9, 1280, 720))],
    [
      'of two packets',
      frame(`8a 8111 18 0500 02d0 01 04 01 ${VP9}`, '84 8111 aabb').becomes(
        key(`${VP9}aabb`, 1280, 720),
      ),
    ],
    ['another frame', frame(`cc 12 ${VP9_INTER}`).becomes(other(VP9_INTER))],
    ['flexible mode with references', frame(`dc 12 0302 ${VP9_INTER}`).becomes(other(VP9_INTER))],
    ['flexible mode with layers', frame(`fc 12 00 0505 04 ${VP9_INTER}`).becomes(other(VP9_INTER))],
    [
      'two layers are a superframe',
      frame(`ae 11 00 07 30 0280 0168 0500 02d0 ${VP9}`, 'ec 11 03 07 8600').becomes(
        key(`${VP9} 8600 d9 18000000 02000000 d9`, 1280, 720),
      ),
    ],
    ['without its beginning', frame(`84 11 ${VP9}`).becomes('broken')],
    ['without its end', frame(`88 11 ${VP9}`).becomes('broken')],
    ['a beginning in the midst', frame(`88 11 ${VP9}`, `8c 11 ${VP9}`).becomes('broken')],
    ['a descriptor alone', frame(`88 11 ${VP9}`, '84 8111').becomes('broken')],
    [
      'more layers than there can be',
      frame(...Array<string>(9).fill(`0c ${VP9}`)).becomes('broken'),
    ],
  ],
  H264: [
    [
      'RFC 6184 §5.7.1: STAP-A of sets and IDR slice',
      frame(`${APART} 0004 ${IDR}`).becomes(key(`${SETS} 00000004 ${IDR}`, 1280, 720, AVCC)),
    ],
    [
      '§5.6: each in a packet, two slices',
      frame(SPS, PPS, IDR, '6540').becomes(
        key(`${SETS} 00000004 ${IDR} 00000002 6540`, 1280, 720, AVCC),
      ),
    ],
    [
      '§5.8: an IDR slice in fragments',
      frame(APART, '7c85 8884', '7c05 aa', '7c45 bb').becomes(
        key(`${SETS} 00000005 658884aabb`, 1280, 720, AVCC),
      ),
    ],
    [
      'the baseline profile',
      frame(SPS_SMALL, PPS, IDR).becomes(
        key(`00000019 ${SPS_SMALL} 00000006 ${PPS} 00000004 ${IDR}`, 322, 182, AVCC_SMALL),
      ),
    ],
    [
      'sets that came before, at another time',
      {
        frames: [[SPS], [PPS], [IDR], [SLICE], [IDR]],
        expected: key(`${SETS} 00000004 ${IDR}`, 1280, 720, AVCC),
      },
    ],
    [
      'sets of the offer',
      {
        frames: [[IDR]],
        parameters: `packetization-mode=1;sprop-parameter-sets=${base64(SPS)},${base64(PPS)}`,
        expected: key(`${SETS} 00000004 ${IDR}`, 1280, 720, AVCC),
      },
    ],
    [
      'other sets take the place of those before',
      {
        frames: [[`${APART} 0004 ${IDR}`], [SPS_SMALL, PPS, IDR]],
        expected: key(
          `00000019 ${SPS_SMALL} 00000006 ${PPS} 00000004 ${IDR}`,
          322,
          182,
          AVCC_SMALL,
        ),
      },
    ],
    ['sets alone', frame(APART).becomes('nothing')],
    ['SEI alone', frame('0605 01aa').becomes('nothing')],
    ['another slice', frame(SLICE).becomes(other(`00000004 ${SLICE}`))],
    [
      'delimiter and filler are left out',
      frame('09f0', SLICE, '0cff').becomes(other(`00000004 ${SLICE}`)),
    ],
    ['SEI stays', frame('0605', SLICE).becomes(other(`00000002 0605 00000004 ${SLICE}`))],
    ['an IDR slice without sets', frame(IDR).becomes('broken')],
    ['sets of which one is missing', frame(SPS, IDR).becomes('broken')],
    ['a set that can not be read', frame('6764001facd9', PPS, IDR).becomes('broken')],
    ['without its first slice', frame(SPS, PPS, '6540').becomes('broken')],
    ['a slice without a header', frame('65').becomes('broken')],
    ['fragments without the first', frame('7c05 aa', '7c45 bb').becomes('broken')],
    ['fragments without the last', frame('7c81 9a', '7c01 bb').becomes('broken')],
    ['fragments with two beginnings', frame('7c81 9a', '7c81 9a').becomes('broken')],
    ['a unit between fragments', frame('7c81 9a', SLICE, '7c41 bb').becomes('broken')],
    ['an empty fragment', frame('7c81').becomes('broken')],
    ['STAP-A with a size that is too long', frame('78 00ff 419a').becomes('broken')],
    ['STAP-A with an empty unit', frame(`78 0000 0004 ${SLICE}`).becomes('broken')],
    ['types that were not agreed upon', frame('7d 0000 419a').becomes('broken')],
  ],
  AV1: [
    [
      'AV1 RTP §4.4: OBUs get sizes',
      frame(`28 0c ${AV1_BARE} 30 10aa`).becomes(key(`${AV1_SEQUENCE} 3202 10aa`, 322, 182, AV1C)),
    ],
    [
      'those that have them keep them',
      frame(`28 0d ${AV1_SEQUENCE} 3202 10aa`).becomes(
        key(`${AV1_SEQUENCE} 3202 10aa`, 322, 182, AV1C),
      ),
    ],
    [
      'each element with a length, with a temporal delimiter',
      frame(`08 01 10 0c ${AV1_BARE} 03 30 10aa`).becomes(
        key(`${AV1_SEQUENCE} 3202 10aa`, 322, 182, AV1C),
      ),
    ],
    [
      '§4.5: one in three packets',
      frame(`68 0c ${AV1_BARE} 30 10`, 'd0 bbcc', '90 dd').becomes(
        key(`${AV1_SEQUENCE} 3204 10bbccdd`, 322, 182, AV1C),
      ),
    ],
    [
      'one that ends where another begins',
      frame('50 30 30aa', 'a0 01 bb 30 40').becomes(other('3203 30aabb 3201 40')),
    ],
    ['an extension', frame('10 34 00 30aa').becomes(other('36 00 02 30aa'))],
    [
      'a size of two bytes',
      frame(`10 30 30 ${'aa'.repeat(199)}`).becomes(other(`32 c801 30 ${'aa'.repeat(199)}`)),
    ],
    [
      'a sequence header without a key frame',
      frame(`28 0c ${AV1_BARE} 30 30aa`).becomes(other(`${AV1_SEQUENCE} 3202 30aa`)),
    ],
    [
      'a still picture',
      frame('28 06 08 1821e836a0 30 aa').becomes(
        key('0a05 1821e836a0 3201 aa', 322, 182, '81000c00 0a05 1821e836a0'),
      ),
    ],
    ['a temporal delimiter alone', frame('10 10').becomes('nothing')],
    ['without its beginning', frame('90 30aa').becomes('broken')],
    ['without its end', frame('50 30 30aa').becomes('broken')],
    ['a packet between that continues nothing', frame('50 30 30aa', '10 30 30').becomes('broken')],
    ['a length that is too long', frame('20 7f 30 10').becomes('broken')],
    ['a length without an end', frame('20 ffffffffff 30').becomes('broken')],
    ['fewer elements than are counted', frame('30 02 30 10').becomes('broken')],
    ['a size that is not that of the element', frame('10 3205 10aa').becomes('broken')],
    ['the forbidden bit', frame('10 b0 10aa').becomes('broken')],
    ['a sequence header that is cut off', frame('28 06 080000002d4c 30 10aa').becomes('broken')],
  ],
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}

for (const [name, cases] of Object.entries(CASES)) {
  describe(name, () => {
    test.each(cases)('%s', (_what, { frames, expected, parameters }) => {
      for (const filler of [0x00, 0xff]) {
        expect(lastOf(name as CodecName, frames, { filler, parameters })).toEqual(expected)
      }
    })
  })
}
