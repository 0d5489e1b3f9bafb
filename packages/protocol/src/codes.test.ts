import { describe, expect, test } from 'bun:test'
import { CLOSE_CODES, closeCodeOf, ERROR_CODES, retryAdviceOf } from './codes.ts'

describe('E3 close codes', () => {
  test('E3 every name has its number back, in the range that applications may use', () => {
    for (const [number, { name }] of Object.entries(CLOSE_CODES)) {
      expect(closeCodeOf(name)).toBe(Number(number) as never)
      // RFC 6455 §7.4.2
      expect(Number(number)).toBeGreaterThanOrEqual(4000)
      expect(Number(number)).toBeLessThanOrEqual(4999)
    }
  })

  test('E3 every code says whether to come back', () => {
    for (const [number, { retry }] of Object.entries(CLOSE_CODES)) {
      expect(retryAdviceOf(Number(number))).toBe(retry)
    }
  })

  test.each([
    [1000, 'now'],
    [1001, 'now'],
    [1005, 'now'],
    [1006, 'now'],
    [1009, 'never'],
    [1011, 'now'],
    [1012, 'now'],
    [4000, 'now'],
    [4999, 'now'],
  ] as const)('E3 after %i a client comes back %s', (code, advice) => {
    expect(retryAdviceOf(code)).toBe(advice)
  })
})

test('E1 error codes are distinct words that fit an address or a key', () => {
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
  for (const code of ERROR_CODES) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
})
