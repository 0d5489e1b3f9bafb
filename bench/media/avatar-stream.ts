/** Bytes of payload: Opus at 40 kbit/s, and VP8 at 160 kbit/s in two packets per frame. */
const AUDIO_BYTES = 100
const VIDEO_BYTES = 400
const HEADER_BYTES = 12
const STAMP_BYTES = 4
const KEY_FRAME_EVERY = 100
const AUDIO_STEP = 960
const VIDEO_STEP = 3_600

/** Sends the RTP packet in the first bytes of `scratch`. */
export interface PacketSender {
  readonly scratch: Uint8Array
  sendRtp(length: number): void
}

/** A talking head of 200 kbit/s: 50 packets of sound and 50 of picture per second. */
export class AvatarStream {
  static readonly packetsPerSecond = 100
  readonly #client: PacketSender
  readonly #ssrcs: { audioSsrc: number; videoSsrc: number }
  packets = 0
  #audio = 0
  #video = 0

  constructor(client: PacketSender, stream: number) {
    this.#client = client
    this.#ssrcs = AvatarStream.ssrcs(stream)
  }

  /** The SSRCs of a stream, by its number. */
  static ssrcs(stream: number): { audioSsrc: number; videoSsrc: number; videoRtxSsrc: number } {
    const base = 1_000_000 + 10 * stream
    return { audioSsrc: base, videoSsrc: base + 1, videoRtxSsrc: base + 2 }
  }

  /** Sends the next packet, stamped with the time. */
  send(nowMicros: number): void {
    const isAudio = this.packets % 2 === 0
    const length = HEADER_BYTES + (isAudio ? AUDIO_BYTES : VIDEO_BYTES)
    const { scratch } = this.#client
    const view = new DataView(scratch.buffer)
    scratch.fill(0, 0, length)
    const count = isAudio ? this.#audio++ : this.#video++
    // A frame of picture is two packets: the second one has the marker.
    const isEnd = isAudio || count % 2 === 1
    const timestamp = isAudio ? count * AUDIO_STEP : Math.floor(count / 2) * VIDEO_STEP
    scratch[0] = 0x80
    scratch[1] = (isEnd ? 0x80 : 0) | (isAudio ? 111 : 96)
    view.setUint16(2, count & 0xffff)
    view.setUint32(4, timestamp >>> 0)
    view.setUint32(8, isAudio ? this.#ssrcs.audioSsrc : this.#ssrcs.videoSsrc)
    if (!isAudio && count % 2 === 0) this.#beginFrame(scratch, count)
    view.setUint32(length - STAMP_BYTES, nowMicros >>> 0)
    this.packets += 1
    this.#client.sendRtp(length)
  }

  /** RFC 7741 §4.2, §4.3, and the start code of a key frame with its size. */
  #beginFrame(scratch: Uint8Array, count: number): void {
    const isKeyFrame = (count / 2) % KEY_FRAME_EVERY === 0
    scratch[HEADER_BYTES] = 0x10
    scratch[HEADER_BYTES + 1] = isKeyFrame ? 0 : 1
    if (isKeyFrame) scratch.set([0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01], HEADER_BYTES + 4)
  }
}

/** When a packet was sent. */
export function sentAtMicros(packet: Uint8Array, length: number): number {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  return view.getUint32(length - STAMP_BYTES)
}
