/** How both pictures are shown as one: the peer's small in the corner, or side by side. */
export const LIVE_LAYOUTS = ['inset', 'side-by-side'] as const
export type LiveLayout = (typeof LIVE_LAYOUTS)[number]

/**
 * What the server says of a room. off: it shows nothing live. idle: nobody is live. starting: they
 * are, and there is nothing to see yet.
 */
export type LiveAnswer =
  | { state: 'off' | 'idle' | 'starting' }
  | {
      state: 'live'
      layout: LiveLayout
      /** Where both are played, the large one first. */
      streams: readonly string[]
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
  if (state === 'starting') return { state }
  if (state !== 'live' && state !== 'running') return { state: state === 'off' ? 'off' : 'idle' }
  return {
    state: 'live',
    layout: LIVE_LAYOUTS.find((each) => each === layout) ?? 'inset',
    streams: Array.isArray(streams) ? streams.flatMap(addressesOf).slice(0, MAX_STREAMS) : [],
    hls: typeof hls === 'string' && hls !== '' ? hls : null,
  }
}

function addressesOf(stream: unknown): string[] {
  const { url } = (stream ?? {}) as { url?: unknown }
  return typeof url === 'string' && url !== '' ? [url] : []
}
