/** What the server tells the service worker of a call. */
export type PushEventData =
  | {
      type: 'ring'
      call: string
      name: string
      media: 'audio' | 'video'
      /** Milliseconds since the epoch; it does not ring any more after. */
      ringsUntil: number
      language: string
    }
  | { type: 'over'; call: string; name: string; isMissed: boolean; language: string }

const CALL_ID = /^[0-9a-f]{32}$/

/** Reads a push message; undefined for what a newer or another server says. */
export function readPush(text: string): PushEventData | undefined {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof data !== 'object' || data === null) return undefined
  const { call, isMissed, language, media, name, ringsUntil, type } = data as Record<
    string,
    unknown
  >
  if (typeof call !== 'string' || !CALL_ID.test(call) || typeof name !== 'string') return undefined
  const spoken = typeof language === 'string' ? language : 'en'
  if (type === 'over') {
    return { type, call, name, isMissed: isMissed === true, language: spoken }
  }
  if (type !== 'ring' || typeof ringsUntil !== 'number') return undefined
  return {
    type,
    call,
    name,
    media: media === 'video' ? media : 'audio',
    ringsUntil,
    language: spoken,
  }
}
