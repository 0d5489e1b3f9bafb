import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newRecordingKey } from './recording-key.ts'
import { RecordingsDirectory } from './recordings-directory.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'duet-recordings-'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('a directory that can’t be written is told at the start', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(() => new RecordingsDirectory(join(file, 'recordings'))).toThrow('--recordings')
})

test('names lead to files of the recording, and nowhere else', async () => {
  const directory = new RecordingsDirectory(join(root, 'a/b'))
  const { id } = newRecordingKey()
  await directory.create(id)
  const names = ['1.webm', '2.mp4', '1-2.webm', 'both.mp4']
  const bad = ['', '..', '../1.webm', '3.webm', '1.txt', '1-.mp4', 'x1.webm', '1.webm ', '1.webm\n']
  for (const name of names) writeFileSync(join(root, 'a/b', id, name), '')
  writeFileSync(join(root, 'a/b', id, '1.webm.part'), '')
  expect(bad.map((name) => directory.fileAt(id, name))).toEqual(bad.map(() => undefined))
  expect(directory.fileAt(id, '1.webm')).toBe(join(root, 'a/b', id, '1.webm'))
  expect((await directory.filesOf(id)).sort()).toEqual(names.sort())
  expect(await directory.has(id)).toBe(true)
})

test('RE4 what is removed is gone, once and again', async () => {
  const directory = new RecordingsDirectory(root)
  const { id } = newRecordingKey()
  await directory.create(id)
  writeFileSync(join(root, id, '1.webm'), 'x')
  await directory.remove(id)
  await directory.remove(id)
  expect(readdirSync(root)).toEqual([])
  expect(await directory.has(id)).toBe(false)
  expect(await directory.filesOf(id)).toEqual([])
})

test('what is hidden is out of reach, until it is shown again or the next start', async () => {
  const directory = new RecordingsDirectory(root)
  const { id } = newRecordingKey()
  await directory.create(id)
  writeFileSync(join(root, id, '1.webm'), 'x')
  await directory.hide(id)
  expect(await directory.has(id)).toBe(false)
  await directory.show(id)
  expect(await directory.filesOf(id)).toEqual(['1.webm'])
  await directory.hide(id)
  expect(await directory.removeLeftovers()).toEqual([id])
  expect(readdirSync(root)).toEqual([])
})

test('it knows how much space there is', async () => {
  expect(await new RecordingsDirectory(root).freeBytes()).toBeGreaterThan(0)
})
