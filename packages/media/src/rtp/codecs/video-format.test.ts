import { describe, expect, test } from 'bun:test'
import { key, other, type PayloadCase } from '../testing/payloads.ts'
import { pictureHeight, pictureWidth } from './picture-size.ts'
import { VIDEO_FORMATS } from './video-format.ts'

/** Parameter sets of x264. */
const SPS_720 = '6764001facd9405005bb0110000003001000000300a0f1831960'
const SPS_1080 = '67640028acd940780227e5c044000003000400000300283c60c658'
const SPS_1080_INTERLACED = '67640028acd94078044fde022000000300200000030143e2c5b2c0'
const SPS_BASELINE = '6742c00bd901519e226c044000000300400000030283c50a92'
const SPS_444 = '67f4000c919b282a33c7c5e022000003000200000300141e28532c'
const SPS_422 = '677a000cbcd941519e222f0110000003001000000300a0f1429960'
const PPS = '68ebe3cb22c0'

/** The beginnings of key frames of libvpx, libaom and SVT-AV1. */
const VP8_720 = '9077019d012a0005d0020007088585888584880203bbf1f2'
const VP8_SMALL = '3059009d012a4201b600000708858588858488020203117c'
const VP9_720 = '82498342004ff02cf60638241c184a1804187fd5f9bf3ff1'
const VP9_720_444 = 'a24983420009fe059ec0c70483830943009a807fd5f9bf3f'
const VP9_720_10BIT = '924983420027f8167b041c120e0c2c0c01f07fd1f9bf5ff1'
const VP9_SMALL = '824983420014100b560838241c184a0006607fd1fa3c7718'
const AV1_720 = '0a0b0000002d4cffb3ccaf9004'
const AV1_720_SVT = '0a0b0000002d4cffb3cfbf9004'
const AV1_SMALL = '0a0b000000043d06d4daf90040'
/**
 * A sequence header (AV1 §5.5.1) with timing_info, a decoder model of 10 bits and two operating
 * points, each with a tier, its parameters and a display delay.
 */
const AV1_TIMED = '0400000004000000f25a400000004e78440d1d54aaf22068eaa557987a0da8'

const CASES: Record<keyof typeof VIDEO_FORMATS, [string, PayloadCase][]> = {
  H264: [
    ['RFC 6184 §5.6: an SPS', key(SPS_720, 1280, 720)],
    ['an SPS with cropping', key(SPS_1080, 1920, 1080)],
    ['an SPS of interlaced pictures', key(SPS_1080_INTERLACED, 1920, 1080)],
    ['an SPS of the baseline profile', key(SPS_BASELINE, 322, 182)],
    ['an SPS of 4:4:4', key(SPS_444, 322, 182)],
    ['an SPS of 4:2:2', key(SPS_422, 322, 182)],
    ['an SPS that is cut off', key('6764001facd9')],
    ['an IDR slice', key('6588840000')],
    ['another slice', other('419a000000')],
    ['a PPS', other(PPS)],
    ['an access unit delimiter', other('09f0')],
    ['§5.7.1: STAP-A of SPS and PPS', key(`78 001a ${SPS_720} 0006 ${PPS}`, 1280, 720)],
    ['STAP-A with the SPS behind', key(`78 0002 09f0 001a ${SPS_720}`, 1280, 720)],
    ['STAP-A of PPS and an IDR slice', key(`78 0006 ${PPS} 0005 6588840000`)],
    ['STAP-A of other slices', other('78 0003 419a00 0003 419a01')],
    ['STAP-A with a size that is too long', key(`78 00ff ${SPS_720}`, 1280, 720)],
    ['STAP-A with an empty unit', other('78 0000 0000')],
    ['STAP-A without a unit', other('78 00')],
    ['§5.8: FU-A, the start of an IDR slice', key('7c85 8884')],
    ['FU-A, the middle of an IDR slice', other('7c05 8884')],
    ['FU-A, the end of an IDR slice', other('7c45 8884')],
    ['FU-A, the start of another slice', other('7c81 9a00')],
    ['FU-A without its header', other('7c')],
    ['nothing', other('')],
  ],
  VP8: [
    ['RFC 7741 §4.2: without extensions', key(`10 ${VP8_720}`, 1280, 720)],
    ['another size', key(`10 ${VP8_SMALL}`, 322, 182)],
    ['a picture id of 7 bits', key(`9080 11 ${VP8_720}`, 1280, 720)],
    ['a picture id of 15 bits', key(`9080 8111 ${VP8_720}`, 1280, 720)],
    ['all extensions', key(`90f0 8111 22 33 ${VP8_720}`, 1280, 720)],
    ['TID only', key(`9020 33 ${VP8_720}`, 1280, 720)],
    ['KEYIDX only', key(`9010 33 ${VP8_720}`, 1280, 720)],
    ['a key frame that is cut off', key('10 9077019d012a0005d0')],
    ['a key frame with another start code', key('10 9077019d012b0005d00200')],
    ['an inter frame', other('10 9177019d012a0005d0020007')],
    ['a later packet of a partition', other(`00 ${VP8_720}`)],
    ['another partition', other(`11 ${VP8_720}`)],
    ['a descriptor without a frame', other('90f0 8111 22 33')],
    ['a descriptor that is cut off', other('90')],
    ['nothing', other('')],
  ],
  VP9: [
    ['RFC 9628 §4.2: without a picture id', key(`08 ${VP9_720}`, 1280, 720)],
    ['another size', key(`08 ${VP9_SMALL}`, 322, 182)],
    ['profile 1', key(`08 ${VP9_720_444}`, 1280, 720)],
    ['profile 2', key(`08 ${VP9_720_10BIT}`, 1280, 720)],
    ['a picture id of 7 bits', key(`88 11 ${VP9_720}`, 1280, 720)],
    ['a picture id of 15 bits', key(`88 8111 ${VP9_720}`, 1280, 720)],
    ['layers, not flexible', key(`a8 8111 00 07 ${VP9_720}`, 1280, 720)],
    ['layers, flexible', key(`b8 8111 00 ${VP9_720}`, 1280, 720)],
    ['a scalability structure', key(`8a 8111 18 0500 02d0 01 04 01 ${VP9_720}`, 1280, 720)],
    ['a structure of two layers', key(`8a 11 30 0280 0168 0500 02d0 ${VP9_720}`, 1280, 720)],
    ['the last packet as well', key(`8c 8111 ${VP9_720}`, 1280, 720)],
    ['a frame that is cut off', key('88 8111 82498342004ff0')],
    ['another sync code', key('88 8111 82498343004ff02cf6')],
    ['an existing frame that is shown', key('88 8111 88498342004ff02cf6')],
    ['another frame in the header', key('88 8111 84498342004ff02cf6')],
    ['a descriptor only', key('88 8111')],
    ['an inter-predicted frame', other(`c8 8111 ${VP9_720}`)],
    ['a later packet', other(`80 8111 ${VP9_720}`)],
    ['a higher spatial layer', other(`a8 8111 02 07 ${VP9_720}`)],
    ['layers that are cut off', other('a8 8111')],
    ['nothing', other('')],
  ],
  AV1: [
    ['AV1 RTP §4.4: a new sequence of one element', key(`18 ${AV1_720}`, 1280, 720)],
    ['SVT-AV1', key(`18 ${AV1_720_SVT}`, 1280, 720)],
    ['another size', key(`18 ${AV1_SMALL}`, 322, 182)],
    ['an OBU without its size', key(`18 08 ${AV1_720.slice(4)}`, 1280, 720)],
    ['an OBU with an extension', key(`18 0e 00 0b ${AV1_720.slice(4)}`, 1280, 720)],
    ['a temporal delimiter before it', key(`28 02 1200 ${AV1_720}`, 1280, 720)],
    ['each element with a length', key(`08 0d ${AV1_720} 02 3200`, 1280, 720)],
    ['two elements, the last without a length', key(`28 0d ${AV1_720} 3200`, 1280, 720)],
    ['a length of two bytes', key(`28 8d00 ${AV1_720} 3200`, 1280, 720)],
    ['a sequence header without the N bit', key(`10 ${AV1_720}`, 1280, 720)],
    ['a still picture', key('18 0a05 1821e836a0', 322, 182)],
    ['timing, and models of the decoder', key(`18 08 ${AV1_TIMED}`, 322, 182)],
    ['a header that is cut off', key('18 0a0b0000002d4c')],
    ['the N bit without a sequence header', key('18 3200aa')],
    ['another frame', other('10 3200aabb')],
    ['a packet that continues', other(`90 ${AV1_720}`)],
    ['lengths that are too long', other('00 ff7f 3200aabb')],
    ['an aggregation header only', other('18')],
    ['nothing', other('')],
  ],
}

for (const [name, cases] of Object.entries(CASES)) {
  const format = VIDEO_FORMATS[name as keyof typeof CASES]
  describe(name, () => {
    test.each(cases)('%s', (_what, { payload, isKeyFrameStart, size }) => {
      // It lies between others' bytes, which must not be looked at.
      for (const filler of [0x00, 0xff]) {
        const packet = new Uint8Array(payload.length + 40).fill(filler)
        packet.set(payload, 20)
        const end = 20 + payload.length
        expect(format.isKeyFrameStart(packet, 20, end)).toBe(isKeyFrameStart)
        const found = format.pictureSize(packet, 20, end)
        expect([pictureWidth(found), pictureHeight(found)]).toEqual([...size])
      }
    })
  })
}
