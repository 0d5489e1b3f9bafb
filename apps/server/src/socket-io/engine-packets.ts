/** A body of a polling client holds so many packets at the most. */
const MAX_PACKETS = 500

/** Between the packets of a body, since version 4 of the engine's protocol. */
const SEPARATOR = '\u001e'

/** Before the digits of a length, and after them, in a body of bytes of version 3. */
const LENGTH_END = 255

/**
 * Whether a frame carries a packet of Socket.IO, which is metered where it is read; all others are
 * the engine's own.
 */
export function isMessage(frame: string | Uint8Array, isVersion3: boolean): boolean {
  if (typeof frame !== 'string') return !isVersion3 || frame[0] === 4
  return frame.startsWith('4') || frame.startsWith(isVersion3 ? 'b4' : 'b')
}

/** Whether a body holds more packets than a client has reason to send at once. */
export function isOverfull(body: string | Uint8Array, isVersion3: boolean): boolean {
  let position = 0
  for (let count = 0; count < MAX_PACKETS; count++) {
    position = isVersion3 ? endOfPacket(body, position) : endOfText(String(body), position)
    if (position >= body.length) return false
  }
  return true
}

function endOfText(body: string, position: number): number {
  const end = body.indexOf(SEPARATOR, position)
  return end < 0 ? body.length : end + 1
}

/** Version 3 writes the length before each packet; what is malformed is the engine's to refuse. */
function endOfPacket(body: string | Uint8Array, position: number): number {
  const end =
    typeof body === 'string' ? body.indexOf(':', position) : body.indexOf(LENGTH_END, position)
  if (end < 0) return body.length
  const digits =
    typeof body === 'string'
      ? body.slice(position, end)
      : Array.from(body.subarray(position + 1, end)).join('')
  const length = Number(digits)
  return Number.isSafeInteger(length) ? end + 1 + length : body.length
}
