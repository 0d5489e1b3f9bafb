import { expect, test } from 'bun:test'
import { lengthOf, partOf, readRecording, sizeText } from './recording.ts'

const FILES = [
  { name: 'ann.webm', member: 0, bytes: 5_000_000, durationMs: 60_000 },
  { name: 'ann-2.mp4', member: 0, bytes: 1, durationMs: 2_000 },
  { name: 'ben.webm', member: 1, bytes: 2, durationMs: 61_000 },
  { name: 'both.mp4', member: null, bytes: 3, durationMs: 61_500 },
]
const RECORDING = {
  id: 'r1',
  room: 'lake',
  names: ['Ann', ''],
  startedAt: 1_000,
  endedAt: 63_000,
  state: 'ready',
  fault: null,
  files: FILES,
}

test('the file of both comes first, and the longest says how long it is', () => {
  const recording = readRecording(RECORDING)
  expect(recording?.files.map(({ name }) => name)).toEqual([
    'both.mp4',
    'ann.webm',
    'ann-2.mp4',
    'ben.webm',
  ])
  expect(recording && lengthOf(recording, 0)).toBe(61_500)
  expect(recording?.names).toEqual(['Ann', ''])
})

test('parts of one member are numbered, a single file is not', () => {
  const recording = readRecording(RECORDING)
  if (!recording) throw new Error('it was not read')
  const parts = recording.files.map((file) => partOf(recording, file))
  expect(parts).toEqual([undefined, 1, 2, undefined])
})

test('one that goes on is as long as it took until now', () => {
  const recording = readRecording({ ...RECORDING, state: 'recording', endedAt: null, files: [] })
  expect(recording && lengthOf(recording, 9_000)).toBe(8_000)
})

test.each([
  [null],
  ['r1'],
  [{ ...RECORDING, id: 7 }],
  [{ ...RECORDING, startedAt: 'now' }],
  [{ ...RECORDING, state: 'from the future' }],
])('what is no recording is none: %p', (value) => {
  expect(readRecording(value)).toBeUndefined()
})

test('files without a name are left out, and progress stays within its bounds', () => {
  const recording = readRecording({ ...RECORDING, progress: 7, files: [null, {}, FILES[0]] })
  expect(recording?.progress).toBe(1)
  expect(recording?.files).toHaveLength(1)
})

test.each([
  [0, '0.0 kB'],
  [1_500, '1.5 kB'],
  [999_000, '999 kB'],
  [12_300_000, '12 MB'],
  [4_200_000_000, '4.2 GB'],
  [4_200_000_000_000, '4200 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})
