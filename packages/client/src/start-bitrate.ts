import type { Description } from '@duet/protocol'

/**
 * Kilobits per second. From its own 300 on, Chromium throws the first frames of a 720p picture
 * away (it wants 500 for that size); congestion control takes over within a second.
 */
const START_KBPS = 800

const VIDEO_CODEC = /^a=rtpmap:(\d+) (?:AV1|H264|H265|VP8|VP9)\/90000$/i

/**
 * The peer's description, to be used locally, with the rate at which this side begins to send
 * pictures. Only Chromium's family reads it.
 */
export function withStartBitrate({ type, sdp }: Description): Description {
  const lines = sdp.split('\r\n')
  const types = new Set(lines.flatMap((line) => VIDEO_CODEC.exec(line)?.[1] ?? []))
  const isConfigured = new Set(lines.flatMap((line) => /^a=fmtp:(\d+) /.exec(line)?.[1] ?? []))
  const rate = `x-google-start-bitrate=${START_KBPS}`
  const changed = lines.flatMap((line) => {
    const [, kind, payload = ''] = /^a=(fmtp|rtpmap):(\d+) /.exec(line) ?? []
    if (!types.has(payload)) return [line]
    if (kind === 'fmtp') return [`${line};${rate}`]
    return isConfigured.has(payload) ? [line] : [line, `a=fmtp:${payload} ${rate}`]
  })
  return { type, sdp: changed.join('\r\n') }
}
