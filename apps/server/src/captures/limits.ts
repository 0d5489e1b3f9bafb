/** Bounds on what is recorded and shown live; the unlimited ones are for benchmarks. */
export interface CaptureLimits {
  /** Recordings at once. */
  maxRecordings: number
  /** Broadcasts at once: each has an ffmpeg of its own at work. */
  maxBroadcasts: number
}

export const CAPTURE_LIMITS: CaptureLimits = {
  maxRecordings: 20,
  maxBroadcasts: 4,
}

export const CAPTURE_UNLIMITED: CaptureLimits = {
  maxRecordings: Infinity,
  maxBroadcasts: Infinity,
}

/** Longest recording, and longest broadcast, in milliseconds: a working day. */
export const MAX_CAPTURE_MS = 8 * 3_600_000

/** Most bytes of one recording, of both members together: those eight hours at 5 Mbit/s. */
export const MAX_RECORDING_BYTES = 18e9

/** No recording begins with less free space on its disk. */
export const START_RESERVE_BYTES = 128 * 1024 * 1024

/** A recording ends when less is free: others keep things on this disk, too. */
export const RESERVE_BYTES = 32 * 1024 * 1024

/** How long the media of a member may take to come to the media server, or stay away, in milliseconds. */
export const ARRIVAL_MS = 15_000

/** How long it may stay away where nobody publishes it any more, in milliseconds. */
export const GONE_MS = 5000

/** How often sizes and times of what runs are looked at, in milliseconds. */
export const WATCH_MS = 1000

/** How long it is said of a room that its broadcast is over, in milliseconds. */
export const OVER_MS = 10 * 60_000

/** Broadcasts of which that is said. */
export const MAX_OVER = 1000

/** A viewer of HLS who asked for nothing for so long is gone, in milliseconds. */
export const VIEWER_SILENCE_MS = 15_000

/** Viewers of HLS that are counted, of one broadcast: more are served, too. */
export const MAX_COUNTED_VIEWERS = 10_000

/** Requests of one address (an IPv6 /64) for playlists and segments. */
export const LIVE_FILE_RATE = { perSecond: 50, burst: 500 }

/** Wrong keys of one address (an IPv6 /64). */
export const WRONG_KEY_RATE = { perSecond: 0.5, burst: 100 }

/** How long a browser may fetch files of a recording whose key it showed, in milliseconds. */
export const PASS_MS = 12 * 3_600_000

/** Keys that one request shows. */
export const MAX_SHOWN_KEYS = 50

/** Recordings that wait to be merged: more are put off until half of them are done. */
export const MAX_WAITING_MERGES = 100

/** How much of `--recordings-max` recordings may take in which somebody was logged in. */
export const ACCOUNTS_SHARE = 0.75

/** How much of `--recordings-max` one recording may take before it is merged, which takes as much again. */
export const RECORDING_SHARE = 0.25

/** No recording goes for its size so soon after its end, in milliseconds: its members may fetch it. */
export const KEPT_AT_LEAST_MS = 86_400_000

/** How often what is too old is looked for, in milliseconds. */
export const RETENTION_MS = 3_600_000

/** How often it is looked at how much those take that are being made, in milliseconds. */
export const GROWTH_WATCH_MS = 5000

/** How long members wait to hear of the end until files are whole, in milliseconds. */
export const WHOLE_MS = 5000

/** How long they wait then until the database has it, in milliseconds. */
export const KEEPING_MS = 1000

/** How long the close waits for files to be finished, in milliseconds. */
export const FINISH_MS = 2000
