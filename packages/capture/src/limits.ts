/** What a file begins with, rewritten as a whole: tracks that appear later must find room. */
export const HEAD_BYTES = 4096

/** The longest description of a codec that is written; real ones have less than 200 bytes. */
export const MAX_DESCRIPTION_BYTES = 1024

/** The largest frame that is written: the largest key frames of 4K have about a megabyte. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024

/** So much is lost at most when the process is killed, and one write costs as much as 50 frames. */
export const BATCH_MS = 1000
export const BATCH_BYTES = 2 * 1024 * 1024

/** When frames stop, what came before is written after this time. */
export const IDLE_FLUSH_MS = 2000

/** Sound alone waits so long for a picture, whose codec decides about the file's format. */
export const PICTURE_WAIT_MS = 2000
export const MAX_WAITING_FRAMES = 1000

/** About a minute at 2 Mbit/s: a disk that is so far behind does not catch up. */
export const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** Files of one recording; each change of codec begins another. */
export const MAX_PARTS = 50

/** The last frame of a picture is shown at most so long. */
export const MAX_LAST_FRAME_MS = 1000

/** Of one picture, as ffmpeg decodes it: 4096x2304. What a client sends is of any size. */
export const MAX_PIXELS = 4096 * 2304
