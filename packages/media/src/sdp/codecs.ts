/** What the server forwards, with the names of SDP in capitals. */
export type CodecName = 'OPUS' | VideoCodecName
export type VideoCodecName = (typeof VIDEO_CODECS)[number]

export const VIDEO_CODECS = ['H264', 'VP8', 'VP9', 'AV1'] as const

/** The codec that an `a=rtpmap` names; undefined when it is not forwarded. */
export function codecNamed(name: string): CodecName | undefined {
  const upper = name.toUpperCase()
  if (upper === 'OPUS') return 'OPUS'
  // Older clients say AV1X.
  if (upper === 'AV1X') return 'AV1'
  return VIDEO_CODECS.find((codec) => codec === upper)
}

/** What `a=fmtp` says, by names in lower case. */
export function formatParameters(config: string): Map<string, string> {
  return new Map(
    config.split(';').map((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return [name.trim().toLowerCase(), value.trim()]
    }),
  )
}
