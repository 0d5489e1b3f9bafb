import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import * as fc from 'fast-check'
import { HEAD_BYTES } from '../limits.ts'
import { repairRecording } from './complete-file.ts'
import { openRecording } from './open-recording.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-fuzz-'))
const START = 1_700_000_000_000

afterAll(() => rmSync(folder, { recursive: true }))

/** Frames that no decoder would take; a file does not mind. */
function framesOf(codec: 'VP8' | 'H264', seconds: number): MediaFrame[] {
  return Array.from({ length: seconds * 20 }, (_, index): MediaFrame[] => {
    const timeMs = START + index * 50
    const isKeyFrame = index % 20 === 0
    const size = isKeyFrame && { width: 64, height: 48, description: new Uint8Array(30) }
    return [
      { kind: 'audio', codec: 'Opus', data: Uint8Array.of(0xfc, index), isKeyFrame: true, timeMs },
      { kind: 'video', codec, data: new Uint8Array(40).fill(index), isKeyFrame, timeMs, ...size },
    ]
  }).flat()
}

describe.each(['VP8', 'H264'] as const)('%s', (codec) => {
  const ending = codec === 'VP8' ? 'webm' : 'mp4'
  const path = join(folder, `fuzzed.${ending}`)
  let whole = Buffer.alloc(0)

  beforeAll(async () => {
    const recording = openRecording({ path: join(folder, codec), clock: new FakeClock() })
    for (const frame of framesOf(codec, 4)) recording.write(frame)
    const [file] = await recording.finish()
    if (!file) throw new Error('nothing was recorded')
    whole = await readFile(file.path)
  })

  test('a whole file is only described', async () => {
    writeFileSync(path, whole)
    const file = await repairRecording(path)
    expect(file).toMatchObject({ startedMs: START, durationMs: 4000, hasAudio: true })
    expect(whole.equals(await readFile(path))).toBe(true)
  })

  test('what is repaired is whole, wherever it was cut off', async () => {
    const lengths = fc.integer({ min: 0, max: whole.length - 1 })
    const property = fc.asyncProperty(lengths, async (length) => {
      writeFileSync(path, whole.subarray(0, length))
      const repaired = await repairRecording(path)
      if (!repaired) expect(length).toBeLessThan(HEAD_BYTES + 8000)
      const bytes = await readFile(path)
      expect(await repairRecording(path)).toEqual(repaired)
      expect(bytes.equals(await readFile(path))).toBe(true)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  test('bytes that were changed harm nobody', async () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    const property = fc.asyncProperty(fc.array(change, { maxLength: 20 }), async (changes) => {
      const bytes = Buffer.from(whole)
      for (const [at, value] of changes) bytes[at] = value
      writeFileSync(path, bytes)
      const repaired = await repairRecording(path)
      if (repaired) expect(repaired.durationMs).toBeGreaterThanOrEqual(0)
    })
    await fc.assert(property, { numRuns: 200 })
  })
})
