import type { SessionKind } from '../media-server.ts'
import { EXTENSION_URI } from '../rtp/extension-values.ts'
import { formatParameters, type VideoCodecName } from './codecs.ts'
import type { OfferedCodec, OfferedExtension, OfferedMedia } from './offer.ts'

/** Header extensions that players get as they were published. */
const FORWARDED_EXTENSIONS = new Set<string>([
  EXTENSION_URI.audioLevel,
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
])

/**
 * What is agreed upon of one section. A publisher sends one codec; a player may get any, since
 * nobody knows what will be published.
 */
export interface AgreedMedia {
  offered: OfferedMedia
  /** Empty: the section is refused. */
  codecs: readonly OfferedCodec[]
  extensions: readonly OfferedExtension[]
}

/** The first section of each kind is agreed upon; further ones are refused. */
export function agree(
  media: readonly OfferedMedia[],
  kind: SessionKind,
  preferred: VideoCodecName | undefined,
): AgreedMedia[] {
  const taken = new Set<OfferedMedia['kind']>(['other'])
  return media.map((offered) => {
    const wanted = kind === 'publish' ? ['sendonly', 'sendrecv'] : ['recvonly', 'sendrecv']
    const isWanted = !taken.has(offered.kind) && wanted.includes(offered.direction)
    const codecs = isWanted ? codecsFor(offered, kind, preferred) : []
    if (codecs.length === 0) return { offered, codecs: [], extensions: [] }
    taken.add(offered.kind)
    return { offered, codecs, extensions: extensionsFor(offered.extensions, kind) }
  })
}

function codecsFor(
  { codecs }: OfferedMedia,
  kind: SessionKind,
  preferred: VideoCodecName | undefined,
): readonly OfferedCodec[] {
  const usable = codecs.filter(isUsable)
  if (kind === 'play') return usable
  const wanted = usable.filter(({ name }) => name === preferred)
  return (wanted.length > 0 ? wanted : usable).slice(0, 1)
}

/** H.264 in single NAL unit mode and profiles of VP9 for more than eight bits are left alone. */
function isUsable({ name, parameters }: OfferedCodec): boolean {
  const format = formatParameters(parameters)
  if (name === 'H264') return format.get('packetization-mode') === '1'
  if (name === 'VP9') return (format.get('profile-id') ?? '0') === '0'
  return true
}

function extensionsFor(
  offered: readonly OfferedExtension[],
  kind: SessionKind,
): OfferedExtension[] {
  // A player finds its tracks by their SSRCs: what MIDs the publisher sends is of no concern to it.
  const own = new Set<string>(
    kind === 'publish'
      ? [EXTENSION_URI.mid, EXTENSION_URI.transportSequence]
      : [EXTENSION_URI.absSendTime],
  )
  // Ids above 14 need two-byte headers (RFC 8285 §4.3), which nobody offers without need.
  return offered.filter(
    ({ id, uri }) => id <= 14 && (own.has(uri) || FORWARDED_EXTENSIONS.has(uri)),
  )
}
