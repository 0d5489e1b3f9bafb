/** Gives a whole number from 0 up to, and without, `below`. */
export type Random = (below: number) => number

/** xorshift32: the same numbers in every run. */
export function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const SPLICES = ['"', '[', ']', '{', '}', ',', '\\', '-', '/', '\u0000', '\ud800', '1e999', 'null']

/** One of these frames, damaged at random; now and then as bytes. For tests. */
export function mutateFrame(frames: readonly string[], random: Random): string | Uint8Array {
  const anyFrame = (): string => frames[random(frames.length)] ?? ''
  let text = anyFrame()
  for (let changes = random(4); changes > 0; changes--) {
    const at = random(text.length + 1)
    const [head, tail] = [text.slice(0, at), text.slice(at)]
    switch (random(5)) {
      case 0:
        text = head + tail.slice(1 + random(3))
        break
      case 1:
        text = head + SPLICES[random(SPLICES.length)] + tail
        break
      case 2:
        text = head + String.fromCharCode(random(300)) + tail.slice(1)
        break
      case 3:
        text = head + anyFrame().slice(random(10)) + tail
        break
      default:
        text = head + head.slice(-random(20)) + tail
    }
  }
  return random(20) === 0 ? new Uint8Array(Buffer.from(text)) : text
}
