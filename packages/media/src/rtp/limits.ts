/** Packets that one transport-wide feedback speaks of, read and written: seconds of a fast stream. */
export const MAX_FEEDBACK_PACKETS = 4096

/**
 * Packets whose arrival is remembered until feedback speaks of it; a power of two. Some seconds of
 * a fast stream.
 */
export const ARRIVAL_WINDOW_PACKETS = 2048

/** Items that are read of one NACK, of up to 17 packets each: more is no honest loss. */
export const MAX_NACK_ITEMS = 256

/** Streams that one FIR asks for, read and written: a session sends a few. */
export const MAX_FIR_REQUESTS = 32

/** Bytes of an H.264 parameter set that are looked at; the size stands in the first few. */
export const MAX_SPS_BYTES = 256

/** Elements of an AV1 packet that are looked at: a sequence header is the first or the second. */
export const MAX_AV1_ELEMENTS = 4
