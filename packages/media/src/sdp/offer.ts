import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform'
import type { Fingerprint } from '../dtls/dtls.ts'
import { areIceCredentials, type IceCredentials } from '../ice/ice-credentials.ts'
import { mediaError } from '../media-error.ts'
import { codecNamed, formatParameters, type CodecName } from './codecs.ts'

/** One payload type of an offer whose codec is forwarded. */
export interface OfferedCodec {
  name: CodecName
  payloadType: number
  /** Of its retransmissions (RFC 4588), where they are offered. */
  rtxPayloadType: number | undefined
  clockRate: number
  channels: number
  /** As in `a=fmtp`; may be empty. */
  parameters: string
  /** As in `a=rtcp-fb`: `nack`, `nack pli`, `transport-cc`. */
  feedback: readonly string[]
}

/** A header extension (RFC 8285). */
export interface OfferedExtension {
  id: number
  uri: string
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** One section of an offer. */
export interface OfferedMedia {
  mid: string
  /** other: what is answered with port 0. */
  kind: 'audio' | 'video' | 'other'
  /** As in its `m=` line, to be repeated in the answer. */
  type: string
  protocol: string
  payloads: string
  direction: Direction
  codecs: readonly OfferedCodec[]
  extensions: readonly OfferedExtension[]
  /** What it will send, where it says so; without it the first packets tell. */
  ssrc: number | undefined
  rtxSsrc: number | undefined
}

/** A client's offer, as far as it concerns this server. */
export interface Offer {
  ice: IceCredentials
  fingerprints: readonly Fingerprint[]
  /** What the client wants to be in DTLS (RFC 5763 §5). */
  setup: 'actpass' | 'active' | 'passive'
  media: readonly OfferedMedia[]
}

const MAX_SECTIONS = 32
const MAX_CODECS = 128

/** Reads an offer. Throws a MediaError (`bad-sdp`) with what is wrong. */
export function readOffer(sdp: string): Offer {
  const session = parseSdp(sdp)
  const bundled = (session.groups ?? []).find(({ type }) => type === 'BUNDLE')
  const mids = textOf(bundled?.mids).split(' ')
  const [first, ...rest] = session.media.filter(isOffered)
  if (!first) throw badSdp('it offers no media')
  if (session.media.length > MAX_SECTIONS) throw badSdp('it has too many sections')
  if (rest.some(({ mid }) => mid === undefined || !mids.includes(textOf(mid)))) {
    throw badSdp('all its sections must be one BUNDLE group')
  }
  const ice = {
    ufrag: textOf(first.iceUfrag ?? session.iceUfrag),
    pwd: textOf(first.icePwd ?? session.icePwd),
  }
  if (!areIceCredentials(ice)) throw badSdp('ice-ufrag or ice-pwd is missing')
  return {
    ice,
    fingerprints: fingerprintsOf(session, first),
    setup: setupOf(first.setup ?? session.setup),
    media: session.media.map((media, index) => readMedia(media, index, session)),
  }
}

function parseSdp(sdp: string): SessionDescription {
  if (!sdp.startsWith('v=0')) throw badSdp('it does not begin with v=0')
  try {
    return parse(sdp)
  } catch (error) {
    throw mediaError('bad-sdp', 'The SDP cannot be read.', error)
  }
}

function badSdp(problem: string): Error {
  return mediaError('bad-sdp', `The SDP cannot be used: ${problem}.`)
}

/** RFC 8122 §5; weaker hashes do not count. */
function fingerprintsOf(session: SessionDescription, first: MediaDescription): Fingerprint[] {
  const offered = first.fingerprint ?? session.fingerprint
  const algorithm = textOf(offered?.type).toLowerCase()
  const value = textOf(offered?.hash).toUpperCase()
  const isKnown = ['sha-256', 'sha-384', 'sha-512'].includes(algorithm)
  if (!isKnown || !/^([0-9A-F]{2}:){31,63}[0-9A-F]{2}$/.test(value)) {
    throw badSdp('a fingerprint with sha-256 is missing')
  }
  return [{ algorithm, value }]
}

function setupOf(setup: unknown): Offer['setup'] {
  if (setup === undefined || setup === 'actpass') return 'actpass'
  if (setup === 'active' || setup === 'passive') return setup
  throw badSdp('its a=setup is none of actpass, active, passive')
}

/** With port 0 a section is none, unless it goes with others only (RFC 8843 §6). */
function isOffered({ port, bundleOnly }: MediaDescription): boolean {
  return port !== 0 || bundleOnly !== undefined
}

function readMedia(
  media: MediaDescription,
  index: number,
  session: SessionDescription,
): OfferedMedia {
  const { type, protocol } = media
  const isRtp = isOffered(media) && /^(UDP\/TLS\/)?RTP\/SAVPF$/.test(protocol)
  const kind = isRtp && (type === 'audio' || type === 'video') ? type : 'other'
  const [ssrc, rtxSsrc] = ssrcsOf(media)
  return {
    mid: textOf(media.mid ?? index),
    kind,
    type,
    protocol,
    payloads: textOf(media.payloads ?? '0'),
    direction: media.direction ?? session.direction ?? 'sendrecv',
    codecs: kind === 'other' ? [] : codecsOf(media),
    extensions: (media.ext ?? [])
      .filter(({ value }) => Number.isInteger(value) && value >= 1 && value <= 255)
      .map(({ value, uri }) => ({ id: value, uri: textOf(uri) })),
    ssrc,
    rtxSsrc,
  }
}

function codecsOf(media: MediaDescription): OfferedCodec[] {
  const fmtp = new Map(media.fmtp.map(({ payload, config }) => [payload, textOf(config)]))
  const rtpmaps = media.rtp.slice(0, MAX_CODECS).filter(({ payload }) => isPayloadType(payload))
  const rtxOf = retransmissionsOf(rtpmaps, fmtp)
  return rtpmaps.flatMap(({ payload, codec, encoding }) => {
    const name = codecNamed(textOf(codec))
    if (!name || (name === 'OPUS') !== (media.type === 'audio')) return []
    return [
      {
        name,
        payloadType: payload,
        rtxPayloadType: rtxOf.get(payload),
        clockRate: name === 'OPUS' ? 48_000 : 90_000,
        channels: name === 'OPUS' ? numberOf(encoding ?? 2) : 1,
        parameters: fmtp.get(payload) ?? '',
        feedback: (media.rtcpFb ?? [])
          .filter((feedback) => feedback.payload === '*' || Number(feedback.payload) === payload)
          .map(({ type, subtype }) => (subtype === undefined ? type : `${type} ${subtype}`)),
      },
    ]
  })
}

/** By the payload type that they repeat (RFC 4588 §8.1). */
function retransmissionsOf(
  rtpmaps: MediaDescription['rtp'],
  fmtp: ReadonlyMap<number, string>,
): Map<number, number> {
  const found = new Map<number, number>()
  for (const { codec, payload } of rtpmaps) {
    if (textOf(codec).toLowerCase() !== 'rtx') continue
    const apt = formatParameters(fmtp.get(payload) ?? '').get('apt') ?? ''
    if (/^\d+$/.test(apt) && !found.has(Number(apt))) found.set(Number(apt), payload)
  }
  return found
}

/** RTCP would be taken for RTP with types from 64 to 95 (RFC 5761 §4). */
function isPayloadType(payload: unknown): payload is number {
  const type = numberOf(payload)
  return Number.isInteger(type) && type >= 0 && type <= 127 && !(type >= 64 && type <= 95)
}

/** RFC 5576: the first flow, with its retransmissions where a group names them. */
function ssrcsOf(media: MediaDescription): [ssrc: number | undefined, rtx: number | undefined] {
  const group = (media.ssrcGroups ?? []).find(({ semantics }) => semantics === 'FID')
  const [ssrc, rtx] = group
    ? textOf(group.ssrcs).split(' ').map(Number)
    : [numberOf(media.ssrcs?.[0]?.id)]
  return [asSsrc(ssrc), asSsrc(rtx)]
}

function asSsrc(value: number | undefined): number | undefined {
  const isSsrc = value !== undefined && Number.isInteger(value) && value > 0 && value < 2 ** 32
  return isSsrc ? value : undefined
}

/** The parser makes a number of any text that looks like one, whatever its types say. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}
