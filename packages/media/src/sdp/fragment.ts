import { areIceCredentials, type IceCredentials } from '../ice/ice-credentials.ts'
import { mediaError } from '../media-error.ts'
import type { ServerCandidate } from './answer.ts'

/** What a client says in an `application/trickle-ice-sdpfrag` (RFC 8840 §9). */
export interface Fragment {
  /** The client's credentials: new ones restart ICE. */
  ice: IceCredentials
}

/** Reads a fragment. Throws a MediaError (`bad-sdp`). */
export function readFragment(text: string): Fragment {
  const ice = { ufrag: valueOf(text, 'ice-ufrag'), pwd: valueOf(text, 'ice-pwd') }
  if (!areIceCredentials(ice)) {
    throw mediaError('bad-sdp', 'The fragment has no a=ice-ufrag and a=ice-pwd.')
  }
  return { ice }
}

/** The answer to a restart: our new credentials with the candidates (RFC 9725 §4.3.3). */
export function writeFragment(
  ice: IceCredentials,
  candidates: readonly ServerCandidate[],
  mid: string,
): string {
  return [
    'a=ice-lite',
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    `a=mid:${mid}`,
    ...candidates.map(
      ({ host, port }, index) =>
        `a=candidate:${index + 1} 1 udp ${2_130_706_431 - 256 * index} ${host} ${port} typ host`,
    ),
    'a=end-of-candidates',
    '',
  ].join('\r\n')
}

function valueOf(text: string, attribute: string): string {
  return new RegExp(`^a=${attribute}:(\\S+)\\s*$`, 'm').exec(text)?.[1] ?? ''
}
