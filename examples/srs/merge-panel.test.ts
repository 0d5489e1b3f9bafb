import { expect, test } from 'bun:test'
import { publishersOf } from './merge-panel.ts'

const ann = { display: 'ann', publishing: false }
const ben = { display: 'ben', publishing: true }

test.each([
  [[ann], false, []],
  [[ann], true, ['ann']],
  [[ann, ben], false, ['ben']],
  [[ann, ben], true, ['ann', 'ben']],
  [[ben], true, ['ben']],
])('%j with ann published %p', (participants, isPublished, publishers) => {
  expect(publishersOf(participants, { display: 'ann', isPublished })).toEqual(publishers)
})
