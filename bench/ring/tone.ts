const RATE_HZ = 48_000
const TONE_HZ = 440
const HEADER_BYTES = 44

/** One second of a steady tone as a WAV file, which a fake microphone plays again and again. */
export function toneWav(): Uint8Array {
  const data = new DataView(new ArrayBuffer(HEADER_BYTES + RATE_HZ * 2))
  const text = (offset: number, value: string) => {
    new Uint8Array(data.buffer).set(new TextEncoder().encode(value), offset)
  }
  text(0, 'RIFF')
  data.setUint32(4, data.byteLength - 8, true)
  text(8, 'WAVEfmt ')
  data.setUint32(16, 16, true)
  // PCM, one channel, 16 bits.
  data.setUint16(20, 1, true)
  data.setUint16(22, 1, true)
  data.setUint32(24, RATE_HZ, true)
  data.setUint32(28, RATE_HZ * 2, true)
  data.setUint16(32, 2, true)
  data.setUint16(34, 16, true)
  text(36, 'data')
  data.setUint32(40, RATE_HZ * 2, true)
  for (let sample = 0; sample < RATE_HZ; sample++) {
    const value = Math.sin((2 * Math.PI * TONE_HZ * sample) / RATE_HZ) * 16_000
    data.setInt16(HEADER_BYTES + sample * 2, value, true)
  }
  return new Uint8Array(data.buffer)
}
