/** So much of one member waits while ffmpeg is slower than life; then frames are dropped. A few key frames. */
export const MAX_PIPE_BYTES = 1024 * 1024

/** A frame so far from now was not captured when it says. */
export const MAX_SKEW_MS = 30_000

/** Somebody who changes the codec all the time is dark meanwhile: each change costs a second of broadcast. */
export const CHANGE_INTERVAL_MS = 2000

/** A broadcast begins when both have sent pictures, or after this time. */
export const START_WAIT_MS = 700

/** A member whose picture stops for so long becomes dark; a screen that stands still comes once a second. */
export const PICTURE_STALL_MS = 2000
/** Sound that stops for so long is silence: Opus sends 400 ms apart when nobody speaks. */
export const SOUND_STALL_MS = 600
/** What is filled in belongs so far into the past that frames on their way are rather not overtaken. */
export const FILL_DELAY_MS = 500
export const FILL_INTERVAL_MS = 100
export const DARK_INTERVAL_MS = 200

export const KEY_FRAME_INTERVAL_MS = 1000

/** A crashed ffmpeg: waits double from the first to the last, and its end comes after so many in a row. */
export const RESTART_FIRST_MS = 250
export const RESTART_LAST_MS = 8000
export const MAX_RESTARTS = 6
/** After so long a new row begins. */
export const STEADY_MS = 30_000
/** An ffmpeg that writes no segment for so long hangs. */
export const STUCK_MS = 15_000

export const PLAYLIST_POLL_MS = 200

/** The same of pushing. */
/** A name server that takes longer has no answer. */
export const LOOKUP_MS = 10_000
export const PUSH_FIRST_MS = 1000
export const PUSH_LAST_MS = 30_000
export const MAX_PUSHES = 20
/** Half a segment apart. */
export const MAX_RELOADS = 40
/** An address that takes nothing for so long is as good as one that refuses. */
export const PUSH_STUCK_MS = 15_000
