/** Everything of Socket.IO begins with this. */
export const PREFIX = '/socket.io'

/** Where clients connect: with the slash, unless they are told to leave it out. */
export const PATHS: readonly string[] = [PREFIX, `${PREFIX}/`]

/** Where clients are that name no other; those of version 2 are there in any case. */
export const MAIN_NAMESPACE = '/'

/** The longest frame, or body with several packets. */
export const MAX_MESSAGE_BYTES = 1_000_000
