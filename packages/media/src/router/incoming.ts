/** A packet on its way through a router. One object serves for packet after packet. */
export interface Incoming {
  /** The packet in its first `length` bytes, decrypted. */
  bytes: Uint8Array
  length: number
  /** Where the payload begins. */
  headerBytes: number
  /** A decoder can begin with it; of audio, any packet. */
  isKeyFrame: boolean
  /** When it came. */
  nowMs: number
}
