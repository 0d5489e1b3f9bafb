import { sequenceDifference } from '../rtp/sequence.ts'

/** Indices have the roll-over counter above the 16 bits of the sequence number. */
const SEQUENCES = 0x1_0000
const HALF = -0x8000

/**
 * The index that a packet most likely has: of those with its sequence number the one nearest to the
 * highest index so far (RFC 3711 §3.3.1 and appendix A). Negative: it came before the first packet.
 */
export function guessIndex(highest: number, sequence: number): number {
  const last = highest % SEQUENCES
  const distance = sequenceDifference(sequence, last)
  // Exactly half way the appendix keeps the roll-over counter.
  if (distance === HALF && sequence > last) return highest - HALF
  return highest + distance
}

/** The roll-over counter in an index, as 32 bits that may be negative. */
export function rolloverOf(index: number): number {
  return Math.floor(index / SEQUENCES) | 0
}
