/** Everything of the dialect begins with this. */
export const PREFIX = '/socket.io'

/** Where clients connect: with the slash, unless they are told to leave it out. */
export const PATHS: readonly string[] = [PREFIX, `${PREFIX}/`]
