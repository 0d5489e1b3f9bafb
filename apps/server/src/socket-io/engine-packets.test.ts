import { describe, expect, test } from 'bun:test'
import { isMessage, isOverfull } from './engine-packets.ts'

describe('RM17 bodies with too many packets', () => {
  const bytes = (packets: number) =>
    Uint8Array.from({ length: packets * 4 }, (_, index) => [0, 1, 255, 50][index % 4] ?? 0)

  test.each([
    ['4', '4', 1, false],
    ['4', Array(500).fill('3').join('\u001E'), 500, false],
    ['4', Array(501).fill('3').join('\u001E'), 501, true],
    ['3', '1:2'.repeat(500), 500, false],
    ['3', '1:2'.repeat(501), 501, true],
    ['3', '4:4:::', 1, false],
    ['3', 'x'.repeat(5_000), 1, false],
    ['3', '-1:'.repeat(5_000), 1, true],
    ['3', bytes(500), 500, false],
    ['3', bytes(501), 501, true],
  ])('version %s, %#', (version, body, _, isTooMuch) => {
    expect(isOverfull(body, version === '3')).toBe(isTooMuch)
  })
})

test.each([
  ['42["join"]', false, true],
  ['42["join"]', true, true],
  ['bAQ==', false, true],
  ['b4AQ==', true, true],
  ['b3AQ==', true, false],
  ['2probe', true, false],
  ['3', false, false],
  ['', false, false],
  [new Uint8Array([1]), false, true],
  [new Uint8Array([4, 1]), true, true],
  [new Uint8Array([2]), true, false],
  [new Uint8Array(), true, false],
])('RM17 %p, version 3: %p, is counted as a message: %p', (frame, isVersion3, isCounted) => {
  expect(isMessage(frame, isVersion3)).toBe(isCounted)
})
