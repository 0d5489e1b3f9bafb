import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaFrame } from '@duet/media'
import type { VideoCodec } from '../recording.ts'
import { run } from './run.ts'

export interface VideoOptions {
  codec: VideoCodec
  seconds: number
  size?: string
  rate?: number
  startMs?: number
  /** A filter of ffmpeg that draws, such as `testsrc` or `color=red`. */
  source?: string
  /** What else is done to its pictures. */
  filter?: string
  /** In frames. */
  keyFrameEvery?: number
}

const ENCODERS: Record<VideoCodec, string[]> = {
  VP8: [
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-auto-alt-ref',
    '0',
    '-f',
    'ivf',
  ],
  VP9: [
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-lag-in-frames',
    '0',
    '-f',
    'ivf',
  ],
  AV1: [
    '-c:v',
    'libaom-av1',
    '-usage',
    'realtime',
    '-cpu-used',
    '8',
    '-lag-in-frames',
    '0',
    '-f',
    'ivf',
  ],
  H264: [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-bsf:v',
    'h264_metadata=aud=insert',
    '-f',
    'h264',
  ],
}

/** Frames of a picture as a browser would send it, with a key frame each second unless said. */
export async function videoFrames(options: VideoOptions): Promise<MediaFrame[]> {
  const {
    codec,
    seconds,
    size = '320x240',
    rate = 25,
    startMs = 0,
    source = 'testsrc',
    filter = 'null',
    keyFrameEvery = rate,
  } = options
  const input = `${source}${source.includes('=') ? ':' : '='}size=${size}:rate=${rate}`
  const bytes = await encode(
    ['-f', 'lavfi', '-i', input, '-t', String(seconds), '-vf', filter, '-pix_fmt', 'yuv420p'],
    ['-g', String(keyFrameEvery), '-b:v', '400k', ...ENCODERS[codec]],
  )
  const [width = 0, height = 0] = size.split('x').map(Number)
  const pictures = codec === 'H264' ? h264Pictures(bytes) : ivfPictures(bytes, codec)
  return pictures.map((picture, index) => ({
    kind: 'video',
    codec,
    timeMs: startMs + (index * 1000) / rate,
    ...picture,
    ...(picture.isKeyFrame && { width, height }),
  }))
}

/** A tone in packets of 20 ms. */
export async function audioFrames(
  seconds: number,
  startMs = 0,
  { tone = 440, filter = 'anull' } = {},
): Promise<MediaFrame[]> {
  const bytes = await encode(
    [
      '-f',
      'lavfi',
      '-i',
      `sine=frequency=${tone}:sample_rate=48000`,
      '-t',
      String(seconds),
      '-af',
      filter,
    ],
    ['-ac', '2', '-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg'],
  )
  return oggPackets(bytes)
    .slice(2, 2 + seconds * 50)
    .map((data, index) => ({
      kind: 'audio',
      codec: 'Opus',
      data,
      isKeyFrame: true,
      timeMs: startMs + index * 20,
    }))
}

/** In the order in which they would come. */
export function inOrder(...tracks: readonly MediaFrame[][]): MediaFrame[] {
  return tracks.flat().sort((a, b) => a.timeMs - b.timeMs)
}

async function encode(input: readonly string[], output: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-frames-'))
  try {
    const path = join(folder, 'encoded')
    const { code, stderr } = await run(['ffmpeg', '-v', 'error', ...input, ...output, path])
    if (code !== 0) throw new Error(`ffmpeg: ${stderr}`)
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}

type Picture = Pick<MediaFrame, 'data' | 'isKeyFrame' | 'description'>

function ivfPictures(bytes: Buffer, codec: VideoCodec): Picture[] {
  const pictures: Picture[] = []
  for (let at = 32; at < bytes.length;) {
    const length = bytes.readUInt32LE(at)
    const data = bytes.subarray(at + 12, at + 12 + length)
    pictures.push(
      codec === 'AV1' ? av1Picture(data) : { data, isKeyFrame: isKeyFrame(data, codec) },
    )
    at += 12 + length
  }
  return pictures
}

/** RFC 6386 §9.1; VP9's uncompressed header of profile 0. */
function isKeyFrame([first = 0]: Uint8Array, codec: VideoCodec): boolean {
  return codec === 'VP8' ? (first & 1) === 0 : (first & 0x0c) === 0
}

/** Without its temporal delimiter (two bytes), which libaom puts first. */
function av1Picture(unit: Buffer): Picture {
  const data = unit.subarray(2)
  if ((data[0] ?? 0) >> 3 !== 1) return { data, isKeyFrame: false }
  const sequence = data.subarray(0, 2 + (data[1] ?? 0))
  // av1C: profile 0, its level, 4:2:0 in 8 bits.
  const description = Buffer.concat([Buffer.from([0x81, 0x00, 0x0c, 0x00]), sequence])
  return { data, isKeyFrame: true, description }
}

function h264Pictures(bytes: Buffer): Picture[] {
  const pictures: Picture[] = []
  let units: Buffer[] = []
  const end = () => {
    if (units.length > 0) pictures.push(h264Picture(units))
    units = []
  }
  for (const unit of nalUnits(bytes)) {
    if (typeOf(unit) === 9) end()
    else units.push(unit)
  }
  end()
  return pictures
}

function h264Picture(units: readonly Buffer[]): Picture {
  const data = Buffer.concat(units.flatMap((unit) => [u32(unit.length), unit]))
  const sps = units.find((unit) => typeOf(unit) === 7)
  const pps = units.find((unit) => typeOf(unit) === 8)
  if (!sps || !pps) return { data, isKeyFrame: false }
  const [, profile = 0, compatibility = 0, level = 0] = sps
  const head = Buffer.from([1, profile, compatibility, level, 0xff, 0xe1])
  const description = Buffer.concat([
    head,
    u16(sps.length),
    sps,
    Buffer.of(1),
    u16(pps.length),
    pps,
  ])
  return { data, isKeyFrame: true, description }
}

/** Between start codes, which have three or four bytes. */
function nalUnits(bytes: Buffer): Buffer[] {
  const code = Buffer.of(0, 0, 1)
  const units: Buffer[] = []
  let at = bytes.indexOf(code)
  while (at >= 0) {
    const next = bytes.indexOf(code, at + 3)
    let end = next < 0 ? bytes.length : next
    while (end > at && bytes[end - 1] === 0) end -= 1
    units.push(bytes.subarray(at + 3, end))
    at = next
  }
  return units
}

function typeOf(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function u32(value: number): Buffer {
  return Buffer.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff)
}

function oggPackets(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = []
  let pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const count = bytes[at + 26] ?? 0
    let dataAt = at + 27 + count
    for (const length of bytes.subarray(at + 27, at + 27 + count)) {
      pieces.push(bytes.subarray(dataAt, dataAt + length))
      dataAt += length
      if (length === 255) continue
      packets.push(Buffer.concat(pieces))
      pieces = []
    }
    at = dataAt
  }
  return packets
}
