import { expect, test } from 'bun:test'
import { RING, RINGBACK, samplesOf } from './tones.ts'

test.each([
  ['ring', RING],
  ['ringback', RINGBACK],
] as const)(
  'the %s is heard, never distorts, and has no click where it begins anew',
  (_name, tone) => {
    const samples = samplesOf(tone, 8_000)
    expect(samples).toHaveLength(tone.seconds * 8_000)
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(loudest).toBeGreaterThan(0.05)
    expect(loudest).toBeLessThan(1)
    expect(Math.abs((samples[0] ?? 1) - (samples.at(-1) ?? 0))).toBeLessThan(0.02)
  },
)

test('a ring has a rest in which one can speak', () => {
  const samples = samplesOf(RING, 8_000)
  const end = samples.subarray(Math.round(samples.length * 0.9))
  expect(end.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(0.05)
})
