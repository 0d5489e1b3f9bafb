import { readUint16 } from '../rtp/big-endian.ts'
import { elementBytes, elementOffset, findElement, NO_EXTENSION } from '../rtp/header-extensions.ts'
import { payloadTypeOf, ssrcOf } from '../rtp/rtp-packet.ts'
import { SsrcMap } from '../rtp/ssrc-map.ts'
import type { Producer } from '../router/producer.ts'

/** A flow takes the place of another one that was silent for so long; several are layers. */
const SILENCE_MS = 1_000

/** What an SSRC stands for. */
export interface Flow {
  readonly producer: Producer
  readonly isRtx: boolean
  /** When its last packet came; undefined: none did. */
  heardMs: number | undefined
}

const decoder = new TextDecoder()

/**
 * Which track an SSRC belongs to: as it was offered, else as MIDs and payload types tell (RFC 8843
 * §9.2). There are two flows for a track, the media and its retransmissions. Of a client that sends
 * it several times, as layers of different sizes, the first one is taken as long as it lasts.
 */
export class Flows {
  readonly #producers: readonly Producer[]
  /** 0: there are no MIDs. */
  readonly #midId: number
  readonly #flows = new SsrcMap<Flow>()

  constructor(producers: readonly Producer[], midId: number) {
    this.#producers = producers
    this.#midId = midId
    for (const producer of producers) {
      const { ssrc, rtxSsrc } = producer
      if (ssrc !== undefined) this.#add(ssrc, { producer, isRtx: false, heardMs: undefined })
      if (rtxSsrc !== undefined) this.#add(rtxSsrc, { producer, isRtx: true, heardMs: undefined })
    }
  }

  get size(): number {
    return this.#flows.size
  }

  /** What sender reports of this SSRC are about. */
  mediaOf(ssrc: number): Producer | undefined {
    const flow = this.#flows.get(ssrc)
    return flow && !flow.isRtx ? flow.producer : undefined
  }

  /** Whose packet it is; undefined: nobody's. */
  find(packet: Uint8Array, headerBytes: number, nowMs: number): Flow | undefined {
    const flow = this.#flows.get(ssrcOf(packet))
    const isKnown = flow !== undefined && payloadTypeOf(packet) === payloadTypeFor(flow)
    if (isKnown) {
      flow.heardMs = nowMs
      return flow
    }
    // One that was offered may turn out to be something else.
    return flow?.heardMs === undefined ? this.#learn(packet, headerBytes, nowMs) : undefined
  }

  #learn(packet: Uint8Array, headerBytes: number, nowMs: number): Flow | undefined {
    const mid = this.#midOf(packet, headerBytes)
    const payloadType = payloadTypeOf(packet)
    const producer = this.#producers.find(
      ({ mid: own, codec }) =>
        (mid === undefined || mid === own) &&
        (codec.payloadType === payloadType || codec.rtxPayloadType === payloadType),
    )
    if (!producer) return undefined
    const isRtx = producer.codec.rtxPayloadType === payloadType
    // RFC 4588 §5.3: retransmissions belong to the flow that misses what they say they are.
    if (isRtx && !producer.isMissing(readUint16(packet, headerBytes))) return undefined
    const before = isRtx ? producer.rtxSsrc : producer.ssrc
    const ssrc = ssrcOf(packet)
    if (before !== undefined && before !== ssrc) {
      const heardMs = this.#flows.get(before)?.heardMs
      if (heardMs !== undefined && nowMs - heardMs < SILENCE_MS) return undefined
      this.#flows.delete(before)
    }
    if (isRtx) producer.rtxSsrc = ssrc
    else if (before === undefined) producer.ssrc = ssrc
    else producer.restart(ssrc)
    return this.#add(ssrc, { producer, isRtx, heardMs: nowMs })
  }

  #add(ssrc: number, flow: Flow): Flow {
    this.#flows.set(ssrc, flow)
    return flow
  }

  #midOf(packet: Uint8Array, headerBytes: number): string | undefined {
    if (this.#midId === 0) return undefined
    const found = findElement(packet, headerBytes, this.#midId)
    if (found === NO_EXTENSION) return undefined
    const start = elementOffset(found)
    return decoder.decode(packet.subarray(start, start + elementBytes(found)))
  }
}

function payloadTypeFor({ producer, isRtx }: Flow): number | undefined {
  return isRtx ? producer.codec.rtxPayloadType : producer.codec.payloadType
}
