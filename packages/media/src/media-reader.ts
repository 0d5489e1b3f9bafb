/**
 * One frame of sound or picture as it was published, whole and in order. It and its bytes are there
 * until `onFrame` returns: copy what is to be kept.
 */
export interface MediaFrame {
  kind: 'audio' | 'video'
  codec: 'Opus' | 'H264' | 'VP8' | 'VP9' | 'AV1'
  /**
   * H264: NAL units with their lengths before them in four bytes (ISO/IEC 14496-15).
   * AV1: OBUs with sizes, without temporal delimiters. Others: as in RTP, without its descriptors.
   */
  data: Uint8Array
  isKeyFrame: boolean
  /**
   * When it was captured, in milliseconds of the server's clock; sound and picture of one stream run
   * together. Never goes back within one kind.
   */
  timeMs: number
  /** Of a key frame: its size in pixels. */
  width?: number
  height?: number
  /** Of a key frame: what a file says of its codec before all frames (avcC, av1C). */
  description?: Uint8Array
}

export interface StreamReaderOptions {
  /** Must not throw. */
  onFrame: (frame: MediaFrame) => void
  /** Nobody publishes any more; somebody may again. */
  onGap?: () => void
  /**
   * The first frames of each publisher are held back until its reports tell how its sound and picture run beside each
   * other, for 3 s at most: then their times are right. Without it they are put right little by little.
   */
  waitsForReports?: boolean
  /** A frame came that is held back. */
  onHeld?: () => void
  /** Frames are handed out within 20 ms; without it within 100 ms, which takes less of the processor. */
  isPrompt?: boolean
}

/** Reads one stream inside the server, as a player would outside. */
export interface StreamReader {
  requestKeyFrame(): void
  /** Idempotent. */
  close(): void
}
