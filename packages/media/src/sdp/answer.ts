import { randomInt } from 'node:crypto'
import { write, type MediaDescription } from 'sdp-transform'
import type { Fingerprint } from '../dtls/dtls.ts'
import type { IceCredentials } from '../ice/ice-credentials.ts'
import type { SessionKind } from '../media-server.ts'
import type { AgreedMedia } from './choose.ts'
import type { OfferedCodec } from './offer.ts'

/** Where the server can be reached. */
export interface ServerCandidate {
  host: string
  port: number
}

/** What the server sends on one section: the SSRCs of a player's track. */
export interface SendingFlow {
  ssrc: number
  rtxSsrc: number
}

export interface AnswerOptions {
  kind: SessionKind
  ice: IceCredentials
  fingerprint: Fingerprint
  /** Our part in DTLS. */
  setup: 'passive' | 'active'
  candidates: readonly ServerCandidate[]
  media: readonly AgreedMedia[]
  /** To a player, by mid. */
  flows: ReadonlyMap<string, SendingFlow>
  /** RFC 3550 §6.5.1, of what is sent. */
  cname: string
}

/** Feedback that the server gives to a publisher, or takes from a player, where it is offered. */
const FEEDBACK = {
  publish: ['nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'],
  // Players estimate themselves: what they say is carried to the publisher.
  play: ['nack', 'nack pli', 'ccm fir', 'goog-remb'],
} as const

/** RFC 8839 §5.1: a host candidate of the highest preference. */
const HOST_PRIORITY = 2_130_706_431

/** Writes the answer to an offer (RFC 8829 §5.3, RFC 8839 §5.3 for ICE-lite). */
export function writeAnswer(options: AnswerOptions): string {
  const { media, fingerprint, ice } = options
  const accepted = media.filter(({ codecs }) => codecs.length > 0)
  return write({
    version: 0,
    origin: {
      username: '-',
      // RFC 8829 §5.2.1.
      sessionId: randomInt(2 ** 48 - 1),
      sessionVersion: 1,
      netType: 'IN',
      ipVer: 4,
      address: '0.0.0.0',
    },
    name: 'Duet',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: accepted.map(({ offered }) => offered.mid).join(' ') }],
    msidSemantic: { semantic: 'WMS', token: '*' },
    media: media.map((one) =>
      one.codecs.length > 0 ? acceptedSection(one, options, { fingerprint, ice }) : refused(one),
    ),
  })
}

/** RFC 3264 §6: port 0, with the formats of the offer. */
function refused({ offered }: AgreedMedia): MediaDescription {
  const { mid, type, protocol, payloads } = offered
  return { type, port: 0, protocol, payloads, mid, direction: 'inactive', rtp: [], fmtp: [] }
}

function acceptedSection(
  { offered, codecs, extensions }: AgreedMedia,
  { kind, setup, candidates, flows, cname }: AnswerOptions,
  { fingerprint, ice }: { fingerprint: Fingerprint; ice: IceCredentials },
): MediaDescription {
  const rtx = codecs.filter(({ rtxPayloadType }) => rtxPayloadType !== undefined)
  const flow = flows.get(offered.mid)
  return {
    type: offered.type,
    port: 9,
    protocol: offered.protocol,
    payloads: [
      ...codecs.map(({ payloadType }) => payloadType),
      ...rtx.map(({ rtxPayloadType }) => rtxPayloadType),
    ].join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    rtcp: { port: 9, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    iceUfrag: ice.ufrag,
    icePwd: ice.pwd,
    fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value },
    setup,
    mid: offered.mid,
    direction: kind === 'publish' ? 'recvonly' : 'sendonly',
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    ext: extensions.map(({ id, uri }) => ({ value: id, uri })),
    rtp: [
      ...codecs.map(rtpmapOf),
      ...rtx.map(({ rtxPayloadType = 0, clockRate }) => ({
        payload: rtxPayloadType,
        codec: 'rtx',
        rate: clockRate,
      })),
    ],
    fmtp: [
      ...codecs
        .filter(({ parameters }) => parameters !== '')
        .map(({ payloadType, parameters }) => ({ payload: payloadType, config: parameters })),
      ...rtx.map(({ rtxPayloadType = 0, payloadType }) => ({
        payload: rtxPayloadType,
        config: `apt=${payloadType}`,
      })),
    ],
    rtcpFb: codecs.flatMap((codec) => feedbackOf(codec, kind)),
    ...(flow ? flowLines(flow, { cname, hasRtx: rtx.length > 0, kind: offered.type }) : {}),
    candidates: candidates.map(({ host, port }, index) => ({
      foundation: String(index + 1),
      component: 1,
      transport: 'udp',
      priority: HOST_PRIORITY - 256 * index,
      ip: host,
      port,
      type: 'host',
    })),
    endOfCandidates: 'end-of-candidates',
  }
}

function rtpmapOf({ name, payloadType, clockRate, channels }: OfferedCodec) {
  return {
    payload: payloadType,
    codec: name === 'OPUS' ? 'opus' : name,
    rate: clockRate,
    ...(name === 'OPUS' ? { encoding: channels } : {}),
  }
}

function feedbackOf({ payloadType, feedback, rtxPayloadType }: OfferedCodec, kind: SessionKind) {
  // A player gets a packet again by RTX only: SRTP protects none twice under one number.
  const isRepeated = kind === 'publish' || rtxPayloadType !== undefined
  const agreed = FEEDBACK[kind].filter(
    (one) => feedback.includes(one) && (one !== 'nack' || isRepeated),
  )
  return agreed.map((one) => {
    const [type = '', subtype] = one.split(' ')
    return { payload: payloadType, type, ...(subtype === undefined ? {} : { subtype }) }
  })
}

/** RFC 5576, RFC 8830: what the player will get. */
function flowLines(
  { ssrc, rtxSsrc }: SendingFlow,
  { cname, hasRtx, kind }: { cname: string; hasRtx: boolean; kind: string },
) {
  const ids = hasRtx ? [ssrc, rtxSsrc] : [ssrc]
  const stream = `duet ${kind}`
  return {
    msid: [{ id: 'duet', appdata: kind }],
    ...(hasRtx ? { ssrcGroups: [{ semantics: 'FID', ssrcs: `${ssrc} ${rtxSsrc}` }] } : {}),
    ssrcs: ids.flatMap((id) => [
      { id, attribute: 'cname', value: cname },
      { id, attribute: 'msid', value: stream },
    ]),
  }
}
