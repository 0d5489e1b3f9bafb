/** RFC 8446 §4.2, RFC 7301 §3.1 */
const ALPN_EXTENSION = 16

const RECORD_HEADER_BYTES = 5
/** Handshake header, version and random (RFC 8446 §4.1.2). */
const FIXED_BYTES = 4 + 2 + 32

/**
 * Whether a ClientHello names the protocols that it wants to speak; `undefined` as long as it has
 * not come in full. What is no ClientHello names none.
 */
export function namesProtocol(bytes: Buffer): boolean | undefined {
  const hello = handshakeOf(bytes)
  if (!hello) return undefined
  try {
    let at = FIXED_BYTES
    at += 1 + hello.readUInt8(at) // session id
    at += 2 + hello.readUInt16BE(at) // cipher suites
    at += 1 + hello.readUInt8(at) // compression methods
    const end = at + 2 + hello.readUInt16BE(at)
    for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2)) {
      if (hello.readUInt16BE(at) === ALPN_EXTENSION) return true
    }
    return false
  } catch {
    return false
  }
}

/** The first handshake message, which may be spread over several records. */
function handshakeOf(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at + RECORD_HEADER_BYTES <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 3)
    at += RECORD_HEADER_BYTES
    parts.push(bytes.subarray(at, at + length))
    at += length
  }
  const message = Buffer.concat(parts)
  if (message.length < 4) return undefined
  const length = 4 + message.readUIntBE(1, 3)
  return message.length < length ? undefined : message.subarray(0, length)
}
