/** Everything below it is the dialect's. */
export const PREFIX = '/webrtc'

/** Where the WebSocket is; the second one is where older pages look for it. */
export const SOCKET_PATHS = ['/webrtc/wss', '/wss']

/** A name and a password, as a form or as JSON. */
export const MAX_BODY_BYTES = 16 * 1024
