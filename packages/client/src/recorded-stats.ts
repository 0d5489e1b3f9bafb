/** Statistics as browsers gave them, without the fields that nobody reads here. For tests. */
export type RecordedStats = ({ id: string } & Record<string, unknown>)[]

/** A line for each statistic; what a later line of the same id says replaces what was said. */
function read(lines: string): RecordedStats {
  const stats = new Map<string, RecordedStats[number]>()
  for (const line of lines.trim().split('\n')) {
    const fields = line.split(' ').map((field) => field.split('='))
    const stat = Object.fromEntries(fields.map(([name, value = '']) => [name, valueOf(value)]))
    const id = String(stat['id'])
    stats.set(id, { ...stats.get(id), ...stat, id })
  }
  return Array.from(stats.values())
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

const CHROMIUM_FIRST = `
id=codec1 type=codec timestamp=1000 mimeType=audio/opus
id=codec2 type=codec timestamp=1000 mimeType=video/VP8
id=codec3 type=codec timestamp=1000 mimeType=audio/opus
id=codec4 type=codec timestamp=1000 mimeType=video/VP8
id=candidate-pair1 type=candidate-pair timestamp=1000 bytesSent=8727 bytesReceived=100 packetsReceived=1 nominated=true state=succeeded localCandidateId=local-candidate1 remoteCandidateId=remote-candidate1 currentRoundTripTime=0.002
id=candidate-pair2 type=candidate-pair timestamp=1000 bytesSent=170572 bytesReceived=179005 packetsReceived=506 nominated=true state=succeeded localCandidateId=local-candidate2 remoteCandidateId=remote-candidate2 currentRoundTripTime=0.001
id=remote-candidate1 type=remote-candidate timestamp=1000 candidateType=host address= port=40552 protocol=udp
id=local-candidate1 type=local-candidate timestamp=1000 candidateType=host address= port=38213 protocol=udp
id=inbound-rtp-audio type=inbound-rtp timestamp=1000 kind=audio codecId=codec1 bytesReceived=15894 packetsReceived=197 packetsLost=0
id=inbound-rtp-video type=inbound-rtp timestamp=1000 kind=video codecId=codec2 bytesReceived=139331 packetsReceived=231 packetsLost=0 frameWidth=320 frameHeight=180 framesPerSecond=31
id=local-candidate2 type=local-candidate timestamp=1000 candidateType=host address= port=51457 protocol=udp
id=remote-candidate2 type=remote-candidate timestamp=1000 candidateType=host address= port=56817 protocol=udp
id=outbound-rtp-audio type=outbound-rtp timestamp=1000 kind=audio codecId=codec3 bytesSent=15894
id=outbound-rtp-video type=outbound-rtp timestamp=1000 kind=video codecId=codec4 bytesSent=139031 frameWidth=320 frameHeight=180 framesPerSecond=30
id=remote-inbound-rtp-audio type=remote-inbound-rtp timestamp=-543 kind=audio codecId=codec3 packetsLost=0 fractionLost=0 localId=outbound-rtp-audio
id=remote-inbound-rtp-video type=remote-inbound-rtp timestamp=691 kind=video codecId=codec4 packetsLost=0 fractionLost=0 localId=outbound-rtp-video
id=transport type=transport timestamp=1000 bytesSent=179299 bytesReceived=179105 packetsReceived=507 selectedCandidatePairId=candidate-pair2
`

const CHROMIUM_LATER = `
id=codec1 timestamp=2003
id=codec2 timestamp=2003
id=codec3 timestamp=2003
id=codec4 timestamp=2003
id=candidate-pair1 timestamp=2003
id=candidate-pair2 timestamp=2003 bytesSent=239169 bytesReceived=247638 packetsReceived=641
id=remote-candidate1 timestamp=2003
id=local-candidate1 timestamp=2003
id=inbound-rtp-audio timestamp=2003 bytesReceived=20025 packetsReceived=248
id=inbound-rtp-video timestamp=2003 bytesReceived=198675 packetsReceived=297 framesPerSecond=28
id=local-candidate2 timestamp=2003
id=remote-candidate2 timestamp=2003
id=outbound-rtp-audio timestamp=2003 bytesSent=20025
id=outbound-rtp-video timestamp=2003 bytesSent=198367 framesPerSecond=28
id=transport timestamp=2003 bytesSent=247896 bytesReceived=247738 packetsReceived=642
`

/** Chromium, twice within a second: a picture, a tone and a data channel between two pages. */
export const CHROMIUM: RecordedStats[] = [
  read(CHROMIUM_FIRST),
  read(CHROMIUM_FIRST + CHROMIUM_LATER),
]

const FIREFOX_FIRST = `
id=inbound-rtp-audio type=inbound-rtp timestamp=1000 kind=audio codecId=codec1 bytesReceived=588 packetsReceived=196 packetsLost=0
id=inbound-rtp-video type=inbound-rtp timestamp=1000 kind=video codecId=codec2 bytesReceived=8550 packetsReceived=80 packetsLost=0 frameWidth=320 frameHeight=180 framesPerSecond=21
id=outbound-rtp-audio type=outbound-rtp timestamp=1000 kind=audio codecId=codec1 bytesSent=588
id=outbound-rtp-video type=outbound-rtp timestamp=1000 kind=video codecId=codec2 bytesSent=8528 frameWidth=320 frameHeight=180 framesPerSecond=21
id=remote-inbound-rtp-audio type=remote-inbound-rtp timestamp=-503 kind=audio codecId=codec1 packetsReceived=119 packetsLost=0 fractionLost=0 localId=outbound-rtp-audio
id=remote-inbound-rtp-video type=remote-inbound-rtp timestamp=949 kind=video codecId=codec2 packetsReceived=79 packetsLost=0 fractionLost=0 localId=outbound-rtp-video
id=candidate-pair1 type=candidate-pair timestamp=999 bytesSent=0 bytesReceived=0 selected=false nominated=false state=cancelled localCandidateId=local-candidate2 remoteCandidateId=remote-candidate2 currentRoundTripTime=0
id=candidate-pair2 type=candidate-pair timestamp=999 bytesSent=27124 bytesReceived=27136 selected=true nominated=true state=succeeded localCandidateId=local-candidate1 remoteCandidateId=remote-candidate1 currentRoundTripTime=0
id=local-candidate1 type=local-candidate timestamp=999 candidateType=host address=2209262f.local port=36914 protocol=udp
id=local-candidate2 type=local-candidate timestamp=999 candidateType=host address=c30433c3.local port=41623 protocol=udp
id=remote-candidate1 type=remote-candidate timestamp=999 candidateType=host address=306cba8b.local port=53193 protocol=udp
id=remote-candidate2 type=remote-candidate timestamp=999 candidateType=host address=7c50f3ea.local port=34808 protocol=udp
id=codec1 type=codec timestamp=999 mimeType=audio/opus
id=codec2 type=codec timestamp=999 mimeType=video/VP8
id=transport type=transport timestamp=999 selectedCandidatePairId=candidate-pair2
`

const FIREFOX_LATER = `
id=inbound-rtp-audio timestamp=2002 bytesReceived=738 packetsReceived=246
id=inbound-rtp-video timestamp=2002 bytesReceived=10669 packetsReceived=100 framesPerSecond=20
id=outbound-rtp-audio timestamp=2002 bytesSent=738
id=outbound-rtp-video timestamp=2002 bytesSent=10654 framesPerSecond=20
id=remote-inbound-rtp-video timestamp=1847 packetsReceived=97
id=candidate-pair1 timestamp=2001
id=candidate-pair2 timestamp=2001 bytesSent=33484 bytesReceived=33493
id=local-candidate1 timestamp=2001
id=local-candidate2 timestamp=2001
id=remote-candidate1 timestamp=2001
id=remote-candidate2 timestamp=2001
id=codec1 timestamp=2001
id=codec2 timestamp=2001
id=transport timestamp=2001
`

/** Firefox, twice within a second: a picture, a tone and a data channel between two pages. */
export const FIREFOX: RecordedStats[] = [read(FIREFOX_FIRST), read(FIREFOX_FIRST + FIREFOX_LATER)]
