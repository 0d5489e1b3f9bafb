import { expect, test } from 'bun:test'
import { pictureFit } from './picture-fit.ts'

const camera = { width: 1280, height: 720 }
const wide = { width: 1440, height: 900 }
const phone = { width: 360, height: 640 }

test('a face fills the window, unless most of it would be cut away', () => {
  expect(pictureFit(camera, wide, { isScreen: false })).toBe('cover')
  expect(pictureFit(camera, phone, { isScreen: false })).toBe('contain')
  expect(pictureFit(phone, phone, { isScreen: false })).toBe('cover')
})

test('a shared screen is always whole', () => {
  expect(pictureFit(camera, wide, { isScreen: true })).toBe('contain')
})

test('before the first frame there is nothing to measure', () => {
  expect(pictureFit({ width: 0, height: 0 }, wide, { isScreen: false })).toBe('cover')
})
