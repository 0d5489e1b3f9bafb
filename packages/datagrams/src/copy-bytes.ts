/** Taken as a function, as it works on any bytes. */
const copy: (
  this: Uint8Array,
  target: Uint8Array,
  offset: number,
  start: number,
  end: number,
) => number = Buffer.prototype.copy

/**
 * Copies `source[start..end)` to `offset` in `target`, as far as there is room. It makes no view of
 * the bytes: `set` with a `subarray` takes two to three times as long for a packet. Throws a
 * RangeError when `start` or `offset` is negative or `start` lies behind the source.
 */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  offset: number,
): void {
  copy.call(source, target, offset, start, end)
}
