/** How both pictures are shown as one: the peer's small in the corner, or side by side. */
export const LIVE_LAYOUTS = ['inset', 'side-by-side'] as const
export type LiveLayout = (typeof LIVE_LAYOUTS)[number]

/** What one of the two sends. */
export interface LiveStream {
  /** What this one is called; may be empty. */
  name: string
  /** A WHEP endpoint. */
  address: string
}

/**
 * What the server says of a room. idle: nobody is live. over: somebody was, a while ago.
 */
export type LiveAnswer =
  | { state: 'idle' | 'over' }
  | {
      state: 'live'
      layout: LiveLayout
      /** Where both are played, the large one first. */
      streams: readonly LiveStream[]
      /** The playlist; null when there is none yet. */
      hls: string | null
    }

/** A room has two seats. */
const MAX_STREAMS = 2

/** Reads the server's answer; undefined when it is none. */
export function readLiveAnswer(value: unknown): LiveAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { state, layout, streams, hls } = value as Record<string, unknown>
  if (typeof state !== 'string') return undefined
  if (state !== 'live') return { state: state === 'over' ? 'over' : 'idle' }
  return {
    state: 'live',
    layout: LIVE_LAYOUTS.find((each) => each === layout) ?? 'inset',
    streams: Array.isArray(streams) ? streams.flatMap(readStream).slice(0, MAX_STREAMS) : [],
    hls: typeof hls === 'string' && hls !== '' ? hls : null,
  }
}

function readStream(stream: unknown): LiveStream[] {
  const { name, play } = (stream ?? {}) as { name?: unknown; play?: unknown }
  if (typeof play !== 'string' || play === '') return []
  return [{ name: typeof name === 'string' ? name : '', address: play }]
}
