import { randomBytes } from 'node:crypto'

/**
 * An offer to publish sound, as short as a media server takes it. Nothing is ever sent: no handshake
 * follows, so its fingerprint is nobody's.
 */
export function whipOffer(): { sdp: string; ufrag: string } {
  const ufrag = randomBytes(6).toString('hex')
  const fingerprint = Array.from(randomBytes(32), (byte) =>
    byte.toString(16).padStart(2, '0').toUpperCase(),
  ).join(':')
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${randomBytes(16).toString('hex')}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sendonly',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    '',
  ].join('\r\n')
  return { sdp, ufrag }
}
