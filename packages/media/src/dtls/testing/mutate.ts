/** A copy with a few bytes changed, some missing, some doubled, or with noise at its end. */
export function mutate(datagram: Uint8Array, random: () => number): Uint8Array {
  const upTo = (limit: number) => Math.floor(random() * limit)
  const copy = datagram.slice()
  for (let changes = upTo(4); changes > 0 && copy.length > 0; changes--) {
    copy[upTo(copy.length)] = upTo(256)
  }
  switch (upTo(5)) {
    case 0:
      return copy.subarray(0, upTo(copy.length))
    case 1:
      return copy.subarray(upTo(copy.length))
    case 2:
      return Buffer.concat([copy, copy.subarray(upTo(copy.length))])
    case 3:
      return Buffer.concat([copy, Uint8Array.from({ length: upTo(100) }, () => upTo(256))])
    default:
      return copy
  }
}
