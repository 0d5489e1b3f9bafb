import type { RandomNumbers } from './fuzz-packets.ts'

/** What stands where something else should. */
const ODD = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '65536',
  '4294967296',
  '9'.repeat(400),
  'NaN',
  '*',
  '/',
  ':',
  ';',
  '=',
  '__proto__',
  'constructor',
  '\u0000',
  '\u2028',
  '\ud800',
  'é',
  'x'.repeat(3_000),
]
const LINES = [
  'v=1',
  'm=',
  'm=audio',
  'm=video 0 UDP/TLS/RTP/SAVPF 96',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=rtpmap:96',
  'a=rtpmap: VP8/90000',
  'a=rtpmap:96 H264/0/0',
  'a=fmtp:97 apt=',
  'a=fmtp:96 packetization-mode=1;profile-level-id=',
  'a=rtcp-fb:* nack pli',
  'a=extmap:0 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=extmap:3/sendonly urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=group:BUNDLE',
  'a=group:LS 0 1',
  'a=ssrc-group:FID 1',
  'a=ssrc-group:SIM 1 2 3',
  'a=ssrc:0 cname:x',
  'a=simulcast:send a;b;c',
  'a=rid:a send',
  'a=setup:holdconn',
  'a=inactive',
  'a=recvonly',
  'a=bundle-only',
  'a=candidate:1 1 tcp 1 ::1 9 typ host tcptype active',
  'a=fingerprint:sha-1 AB:CD',
  'a=ice-ufrag:',
  'a=mid:',
  'a=__proto__:x',
]

/** A description with a few lines or words of it changed. */
export function changedText(text: string, random: RandomNumbers): string {
  const lines = text.split('\r\n')
  for (let changes = 1 + random(4); changes > 0; changes -= 1) changeLines(lines, random)
  const changed = lines.join(random(20) === 0 ? '\n' : '\r\n')
  return random(20) === 0 ? changed.slice(0, random(changed.length + 1)) : changed
}

function changeLines(lines: string[], random: RandomNumbers): void {
  const at = random(lines.length)
  const line = lines[at] ?? ''
  switch (random(7)) {
    case 0:
      lines.splice(at, 1 + random(4))
      break
    case 1:
      lines.splice(at, 0, line)
      break
    case 2:
      lines.splice(random(lines.length), 0, line)
      break
    case 3:
      lines.splice(at, 0, LINES[random(LINES.length)]!)
      break
    case 4:
      lines[at] = changedWord(line, ODD[random(ODD.length)]!, random)
      break
    case 5:
      lines[at] = changedWord(line, String(random(70_000)), random)
      break
    default: {
      const place = random(line.length + 1)
      lines[at] = line.slice(0, place) + String.fromCharCode(random(256)) + line.slice(place + 1)
    }
  }
}

/** Another word in the place of one of those between spaces, colons and so on. */
function changedWord(line: string, word: string, random: RandomNumbers): string {
  const parts = line.split(/([ :;=/])/)
  parts[2 * random(Math.ceil(parts.length / 2))] = word
  return parts.join('')
}
