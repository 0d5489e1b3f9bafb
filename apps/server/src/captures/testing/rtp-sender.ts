import type { MediaClient } from '@duet/media'

/** One frame of VP8. */
export type EncodedPicture = Uint8Array

const PICTURE_MS = 40
const SOUND_MS = 20
const REPORT_MS = 500

const PAYLOAD_TYPE = { audio: 111, video: 96 }
const SSRC = { audio: 1001, video: 1002 }
const TICKS_PER_MS = { audio: 48, video: 90 }

/** Bytes of a picture in one packet. */
const MAX_PAYLOAD_BYTES = 1100

/** 20 ms of silence as Opus has it. */
const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe)

/** Seconds from 1900 to 1970. */
const NTP_EPOCH_S = 2_208_988_800

/** Sends pictures over and over, and silence, at the pace of a camera. For tests. */
export class RtpSender {
  static readonly ssrcs = { audioSsrc: SSRC.audio, videoSsrc: SSRC.video, videoRtxSsrc: 1003 }
  readonly #client: MediaClient
  readonly #pictures: readonly EncodedPicture[]
  readonly #startedAt = performance.now()
  readonly #timer: ReturnType<typeof setInterval>
  readonly #sequence = { audio: 0, video: 0 }
  #sounds = 0
  #shown = 0
  #reports = 0

  constructor(client: MediaClient, pictures: readonly EncodedPicture[]) {
    this.#client = client
    this.#pictures = pictures
    this.#timer = setInterval(() => this.#sendDue(), 5)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #sendDue(): void {
    const elapsed = performance.now() - this.#startedAt
    for (; this.#reports * REPORT_MS <= elapsed; this.#reports += 1) {
      for (const kind of ['audio', 'video'] as const) this.#report(kind, elapsed)
    }
    for (; this.#sounds * SOUND_MS <= elapsed; this.#sounds += 1) {
      this.#send('audio', { timeMs: this.#sounds * SOUND_MS, isLast: true, payload: SILENCE })
    }
    for (; this.#shown * PICTURE_MS <= elapsed; this.#shown += 1) this.#show(this.#shown)
  }

  #show(count: number): void {
    const picture = this.#pictures[count % this.#pictures.length] ?? new Uint8Array(0)
    for (let at = 0; at < picture.length; at += MAX_PAYLOAD_BYTES) {
      const piece = picture.subarray(at, at + MAX_PAYLOAD_BYTES)
      // RFC 7741 §4.2: the first packet of a frame begins its partition.
      const payload = Buffer.concat([Uint8Array.of(at === 0 ? 0x10 : 0x00), piece])
      const isLast = at + MAX_PAYLOAD_BYTES >= picture.length
      this.#send('video', { timeMs: count * PICTURE_MS, isLast, payload })
    }
  }

  /** RFC 3550 §5.1 */
  #send(
    kind: 'audio' | 'video',
    { timeMs, isLast, payload }: { timeMs: number; isLast: boolean; payload: Uint8Array },
  ): void {
    const { scratch } = this.#client
    const view = new DataView(scratch.buffer, scratch.byteOffset)
    scratch[0] = 0x80
    scratch[1] = PAYLOAD_TYPE[kind] | (isLast && kind === 'video' ? 0x80 : 0)
    view.setUint16(2, this.#sequence[kind]++ & 0xffff)
    view.setUint32(4, timeMs * TICKS_PER_MS[kind])
    view.setUint32(8, SSRC[kind])
    scratch.set(payload, 12)
    this.#client.sendRtp(12 + payload.length)
  }

  /** RFC 3550 §6.4.1 */
  #report(kind: 'audio' | 'video', elapsedMs: number): void {
    const { scratch } = this.#client
    const view = new DataView(scratch.buffer, scratch.byteOffset)
    const nowMs = performance.timeOrigin + performance.now()
    scratch[0] = 0x80
    scratch[1] = 200
    view.setUint16(2, 6)
    view.setUint32(4, SSRC[kind])
    view.setUint32(8, Math.floor(nowMs / 1000) + NTP_EPOCH_S)
    view.setUint32(12, ((nowMs % 1000) / 1000) * 2 ** 32)
    view.setUint32(16, elapsedMs * TICKS_PER_MS[kind])
    view.setUint32(20, this.#sequence[kind])
    view.setUint32(24, 0)
    this.#client.sendRtcp(28)
  }
}

/** Two seconds of a moving picture as VP8, a key frame each half second. Needs ffmpeg. */
export async function encodePictures(size = '320x240'): Promise<EncodedPicture[]> {
  const words =
    `-v error -f lavfi -i testsrc=size=${size}:rate=25 -t 2 -pix_fmt yuv420p -c:v libvpx ` +
    '-deadline realtime -cpu-used 8 -auto-alt-ref 0 -g 12 -b:v 300k -f ivf pipe:1'
  const child = Bun.spawn(['ffmpeg', ...words.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const bytes = Buffer.from(await new Response(child.stdout).arrayBuffer())
  const pictures: EncodedPicture[] = []
  for (let at = 32; at < bytes.length;) {
    const length = bytes.readUInt32LE(at)
    pictures.push(bytes.subarray(at + 12, at + 12 + length))
    at += 12 + length
  }
  return pictures
}
