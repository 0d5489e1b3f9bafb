import { EXTENSION_URI } from '../../rtp/extension-values.ts'
import { ExtensionWriter } from '../../rtp/extension-writer.ts'
import { setPayloadType, setSequence, setSsrc, setTimestamp } from '../../rtp/rtp-packet.ts'
import { parseRtcp } from '../../rtp/rtcp/parse.ts'
import type { RtcpPacket } from '../../rtp/rtcp/rtcp-packet.ts'
import { Consumer } from '../../router/consumer.ts'
import { PlayerEstimate } from '../../router/player-estimate.ts'
import { Producer } from '../../router/producer.ts'
import { Router, type Player } from '../../router/router.ts'
import type { OfferedCodec } from '../../sdp/offer.ts'
import { PublishSession } from '../publish-session.ts'

/** Payload types and numbers of extensions, as the publisher offered them. */
export const TYPE = { audio: 111, video: 96, videoRtx: 97 } as const
const EXTENSION = { mid: 4, transportSequence: 3 } as const

export interface PublishingOptions {
  feedback?: readonly string[]
  hasRtx?: boolean
  /** What the offer says of SSRCs. */
  videoSsrc?: number | undefined
  videoRtxSsrc?: number | undefined
  audioSsrc?: number | undefined
  hasTransportSequence?: boolean
}

/** One packet of the publisher. */
export interface PacketOptions {
  ssrc?: number
  payloadType?: number
  mid?: string
  transportSequence?: number
  isKeyFrame?: boolean
  /** Of a retransmission: the number of what is sent again. */
  original?: number
}

const FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']

/** An estimate that tests set. */
class GivenEstimate extends PlayerEstimate {
  bitsPerSecond: number | undefined

  override bitrate(): number | undefined {
    return this.bitsPerSecond
  }
}

/** A publisher's session without a network, with one player of its stream. */
export class Publishing {
  readonly router = new Router('room/ann')
  readonly sent: RtcpPacket[] = []
  readonly estimate = new GivenEstimate()
  readonly video: Producer
  readonly audio: Producer
  readonly session: PublishSession
  /** Payloads' last bytes that the player got, by kind. */
  readonly forwarded = { audio: [] as number[], video: [] as number[] }
  readonly player: Player
  nowMs = 1_000_000

  constructor(options: PublishingOptions = {}) {
    const { feedback = FEEDBACK, hasRtx = true, hasTransportSequence = true } = options
    const extensions = [
      { id: EXTENSION.mid, uri: EXTENSION_URI.mid },
      ...(hasTransportSequence
        ? [{ id: EXTENSION.transportSequence, uri: EXTENSION_URI.transportSequence }]
        : []),
    ]
    const cache = { maxBytes: 65_536, keptMs: 1_000 }
    this.audio = new Producer({
      kind: 'audio',
      mid: 'a',
      codec: codecOf('OPUS', TYPE.audio, { feedback: [] }),
      extensions,
      ssrc: options.audioSsrc,
      rtxSsrc: undefined,
      cache,
    })
    this.video = new Producer({
      kind: 'video',
      mid: 'v',
      codec: codecOf('VP8', TYPE.video, { feedback, rtx: hasRtx ? TYPE.videoRtx : undefined }),
      extensions,
      ssrc: options.videoSsrc,
      rtxSsrc: options.videoRtxSsrc,
      cache,
    })
    const scratch = new Uint8Array(2048)
    this.session = new PublishSession({
      id: 'ann',
      router: this.router,
      producers: [this.audio, this.video],
      transport: {
        scratch,
        sendRtcp: (length) => this.sent.push(...(parseRtcp(scratch, length) ?? [])),
      },
      keyFrameRequestsPerSecond: 4,
      now: () => this.nowMs,
    })
    const consumers = [this.#consumer('audio'), this.#consumer('video')]
    this.player = { id: 'ben', consumers, estimate: this.estimate }
    this.session.start(this.nowMs)
    this.router.play(this.player, 0)
  }

  sentOf<Type extends RtcpPacket['type']>(type: Type): Extract<RtcpPacket, { type: Type }>[] {
    return this.sent.filter((packet) => packet.type === type) as never
  }

  /** A packet comes; its payload ends with the low byte of its number. */
  receive(sequence: number, options: PacketOptions = {}): void {
    const { ssrc = 22, payloadType = TYPE.video, isKeyFrame = false } = options
    const bytes = new Uint8Array(100)
    bytes[0] = 0x80
    setPayloadType(bytes, payloadType)
    setSequence(bytes, sequence)
    setTimestamp(bytes, sequence * 3_000)
    setSsrc(bytes, ssrc)
    const writer = new ExtensionWriter()
    writer.begin(bytes, false)
    if (options.mid !== undefined) writer.add(EXTENSION.mid, new TextEncoder().encode(options.mid))
    const { transportSequence, original } = options
    if (transportSequence !== undefined) {
      writer.addUint16(EXTENSION.transportSequence, transportSequence)
    }
    let at = writer.end()
    if (original !== undefined) {
      bytes.set([original >> 8, original & 0xff], at)
      at += 2
    }
    bytes.set([0x10, isKeyFrame ? 0 : 1, (original ?? sequence) & 0xff], at)
    this.session.handleRtp(bytes, at + 3, this.nowMs)
  }

  /** Time passes as the server lets it. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) {
      this.nowMs += 20
      this.session.tick(this.nowMs)
    }
  }

  #consumer(kind: 'audio' | 'video'): Consumer {
    const scratch = new Uint8Array(2048)
    const codec =
      kind === 'audio' ? codecOf('OPUS', 1, { feedback: [] }) : codecOf('VP8', 2, { feedback: [] })
    return new Consumer({
      kind,
      media: { codecs: [codec], extensions: [], offered: undefined as never },
      flow: { ssrc: 1, rtxSsrc: 2 },
      cname: 'cname',
      transport: {
        scratch,
        sendRtp: (length) => this.forwarded[kind].push(scratch[length - 1]!),
        sendRtcp: () => {},
      },
      onKeyFrameNeeded: () => this.router.requestKeyFrame(kind),
    })
  }
}

function codecOf(
  name: 'OPUS' | 'VP8',
  payloadType: number,
  { feedback, rtx }: { feedback: readonly string[]; rtx?: number | undefined },
): OfferedCodec {
  return {
    name,
    payloadType,
    rtxPayloadType: rtx,
    clockRate: name === 'OPUS' ? 48_000 : 90_000,
    channels: name === 'OPUS' ? 2 : 1,
    parameters: '',
    feedback,
  }
}
