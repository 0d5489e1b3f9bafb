import { expect, test } from 'bun:test'
import { DeviceMarks } from './device-marks.ts'

const marks = new DeviceMarks(Buffer.alloc(32, 1))

test('a device keeps its name and learns its accounts, the latest eight', () => {
  let text = marks.with(undefined, 1)
  const { id } = marks.read(text) ?? {}
  for (let user = 2; user <= 10; user++) text = marks.with(marks.read(text), user)
  text = marks.with(marks.read(text), 5)
  expect(marks.read(text)).toEqual({ id: id ?? '', users: [5, 10, 9, 8, 7, 6, 4, 3] })
})

test('a mark that was changed, or made with another key, is none', () => {
  const text = marks.with(undefined, 1)
  expect(marks.read(text.replace('.1.', '.2.'))).toBeUndefined()
  expect(marks.read(new DeviceMarks(Buffer.alloc(32, 2)).with(undefined, 1))).toBeUndefined()
  for (const wrong of [undefined, '', 'x', '.'.repeat(100), `${text}x`]) {
    expect(marks.read(wrong)).toBeUndefined()
  }
})
