/** Participants of one room where the configuration sets no cap: each of them is told of all. */
export const MAX_PARTICIPANTS = 100

/** UTF-16 units of the name of a room. */
export const MAX_ROOM_LENGTH = 512

/** UTF-16 units of a display. */
export const MAX_DISPLAY_LENGTH = 128

/** Requests that wait until a join is answered; more are refused. */
export const MAX_WAITING_REQUESTS = 16

/** The frame without JSON that closes its connection. */
export const MAX_BAD_FRAMES = 3

/** For a sign of life of a client whose display somebody else asks for. */
export const PROOF_TIMEOUT_MS = 2_000

/** Bytes of a frame. */
export const MAX_MESSAGE_BYTES = 64 * 1024
