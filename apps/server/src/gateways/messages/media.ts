import type { CallMedia } from '@duet/rules'

/** What a page asks for with a call: video, unless it says otherwise. */
export function mediaOf(data: unknown): CallMedia {
  const isObject = typeof data === 'object' && data !== null
  const media: unknown = isObject ? Reflect.get(data, 'media') : data
  return media === 'audio' ? 'audio' : 'video'
}

/** What an offer is for. */
export function mediaOfSdp(sdp: string): CallMedia {
  return /^m=video /m.test(sdp) ? 'video' : 'audio'
}
