import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppendFile } from './append-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-append-'))
afterAll(() => rmSync(folder, { recursive: true }))

function append(file: AppendFile, text: string): void {
  file.append(text.length, (bytes) => bytes.write(text))
}

test('what is appended follows in order, behind a head that was replaced', async () => {
  const path = join(folder, 'whole')
  const file = new AppendFile({ path, onFault: () => {} })
  file.replaceHead(Buffer.from('old '))
  for (const text of ['one ', 'two ', 'three ']) append(file, text)
  file.replaceHead(Buffer.from('new '))
  await file.close()
  append(file, 'late')
  expect(readFileSync(path, 'utf8')).toBe('new one two three ')
  expect(file.bytes).toBe('new one two three '.length)
})

test('it closes where it can not be opened, even if who hears of it throws', async () => {
  const faults: string[] = []
  const file = new AppendFile({
    path: join(folder, 'missing', 'file'),
    onFault(fault) {
      faults.push(fault)
      throw new Error('not heard')
    },
  })
  append(file, 'lost')
  await file.close()
  append(file, 'late')
  expect(faults).toEqual(['disk-failed'])
  expect(file.bytes).toBe(0)
})
