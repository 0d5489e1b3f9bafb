/** Numbers below `limit` that look random and are the same for the same seed (xorshift32). */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

/** A seed that differs from run to run; tests put it into their titles. */
export function anySeed(): number {
  return 1 + Math.floor(Math.random() * 0x7fff_fffe)
}
