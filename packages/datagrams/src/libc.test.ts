import { expect, test } from 'bun:test'
import { loadLibC, type LibC } from './libc.ts'

const [EBADF, EAFNOSUPPORT] = [9, 97]

test.skipIf(!loadLibC())('a call that fails tells why', () => {
  const libc = loadLibC() as LibC
  for (let count = 0; count < 100; count += 1) {
    expect(libc.close(-1)).toBe(-1)
    expect(libc.errno()).toBe(EBADF)
    expect(libc.socket(1000, 0, 0)).toBe(-1)
    expect(libc.errno()).toBe(EAFNOSUPPORT)
  }
})
