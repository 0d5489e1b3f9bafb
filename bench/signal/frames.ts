/** Opcodes of RFC 6455 §5.2. */
export const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const

const FINAL = 0x80
const MASKED = 0x80

/** Length codes of RFC 6455 §5.2: 16 or 64 bits follow. */
const LENGTH_16 = 126
const LENGTH_64 = 127

/**
 * A client's frame (RFC 6455 §5.2), and where its payload begins. The mask is zero, so that the
 * payload can be changed in place; a server unmasks it as it does any other.
 */
export function clientFrame(
  payload: Uint8Array | string,
  opcode: number = OPCODE.text,
): { bytes: Buffer; payloadAt: number } {
  const body = Buffer.from(payload as string)
  const isLong = body.length >= LENGTH_16
  if (body.length > 0xff_ff) throw new RangeError('a frame of the benchmark is short')
  const payloadAt = isLong ? 8 : 6
  const bytes = Buffer.alloc(payloadAt + body.length)
  bytes[0] = FINAL | opcode
  bytes[1] = MASKED | (isLong ? LENGTH_16 : body.length)
  if (isLong) bytes.writeUInt16BE(body.length, 2)
  body.copy(bytes, payloadAt)
  return { bytes, payloadAt }
}

/** Cuts what a server sends into frames. One read holds one frame most of the time. */
export class FrameReader {
  readonly #onFrame: (payload: Buffer, opcode: number) => void
  #rest: Buffer | undefined

  constructor(onFrame: (payload: Buffer, opcode: number) => void) {
    this.#onFrame = onFrame
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    this.#rest = undefined
    let at = 0
    while (at + 2 <= bytes.length) {
      const code = (bytes[at + 1] ?? 0) & 0x7f
      const payloadAt = at + 2 + (code === LENGTH_16 ? 2 : code === LENGTH_64 ? 8 : 0)
      if (payloadAt > bytes.length) break
      const end = payloadAt + payloadLength(bytes, at, code)
      if (end > bytes.length) break
      this.#onFrame(bytes.subarray(payloadAt, end), (bytes[at] ?? 0) & 0x0f)
      at = end
    }
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at))
  }
}

function payloadLength(bytes: Buffer, at: number, code: number): number {
  if (code === LENGTH_16) return bytes.readUInt16BE(at + 2)
  return code === LENGTH_64 ? Number(bytes.readBigUInt64BE(at + 2)) : code
}
