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

/** Packets that a frame may have which is read. */
export const MAX_FRAME_PACKETS = 1000

/** Stretches of bytes that a frame's NAL units or OBUs may be made of: some for each packet. */
export const MAX_FRAME_STRETCHES = 4096

/** Bytes of an H.264 parameter set that is kept. */
export const MAX_PARAMETER_SET_BYTES = 1024

/** H.264 parameter sets of each kind that are kept: encoders have one, some have a few. */
export const MAX_PARAMETER_SETS = 16
