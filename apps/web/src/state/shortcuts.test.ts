import { expect, test } from 'bun:test'
import { SHORTCUTS, shortcutOf, type KeyPress, type ShortcutName } from './shortcuts.ts'

const press = (key: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isTyping: false,
  ...rest,
})

test('every shortcut answers to its key, in either case', () => {
  for (const [name, key] of Object.entries(SHORTCUTS)) {
    expect(shortcutOf(press(key))).toBe(name as ShortcutName)
    expect(shortcutOf(press(key.toUpperCase()))).toBe(name as ShortcutName)
  }
})

test('no two share a key', () => {
  expect(new Set(Object.values(SHORTCUTS)).size).toBe(Object.keys(SHORTCUTS).length)
})

test('while typing, with Ctrl, and held down, a letter is a letter', () => {
  expect(shortcutOf(press('m', { isTyping: true }))).toBeUndefined()
  expect(shortcutOf(press('c', { ctrlKey: true }))).toBeUndefined()
  expect(shortcutOf(press('m', { repeat: true }))).toBeUndefined()
  expect(shortcutOf(press('Escape', { isTyping: true }))).toBe('close')
})
