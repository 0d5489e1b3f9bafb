import { expect, test } from 'bun:test'
import { HomeModel } from './home-model.ts'

const ORIGIN = 'https://call.example.org'

function setUp() {
  const visited: string[] = []
  return { visited, home: new HomeModel(ORIGIN, (url) => visited.push(url)) }
}

test('a new call has an unguessable name and a key', () => {
  const { visited, home } = setUp()
  home.start()
  home.start()
  expect(visited[0]).toMatch(/^https:\/\/call\.example\.org\/r\/[a-z-]{16,}#k=[\w-]{16,}$/)
  expect(visited[0]).not.toBe(visited[1])
})

test.each([
  ['Kitchen  Table', `${ORIGIN}/r/kitchen%20table`],
  ['厨房', `${ORIGIN}/r/%E5%8E%A8%E6%88%BF`],
  [`  ${ORIGIN}/r/lake#k=0123456789abcdef `, `${ORIGIN}/r/lake#k=0123456789abcdef`],
  ['192.168.1.5:8443/r/lake', 'https://192.168.1.5:8443/r/lake'],
  ['http://localhost:8080/r/lake?autostart=true', 'http://localhost:8080/r/lake'],
])('%p leads to %s', (text, url) => {
  const { visited, home } = setUp()
  home.type(text)
  expect(home.fault.value).toBeNull()
  home.submit()
  expect(visited).toEqual([url])
})

test.each([
  ['a/b', 'bad-character'],
  ['x'.repeat(65), 'too-long'],
  ['javascript:alert(1)//r/', 'bad-character'],
  ['https://example.org/somewhere', 'bad-character'],
] as const)('%p is refused while it is typed: %s', (text, fault) => {
  const { visited, home } = setUp()
  home.type(text)
  expect(home.fault.value).toBe(fault)
  home.submit()
  expect(visited).toEqual([])
})

test('an empty field is no mistake before it is sent', () => {
  const { visited, home } = setUp()
  expect(home.fault.value).toBeNull()
  home.submit()
  expect(home.fault.value).toBe('empty')
  home.type('')
  expect(home.fault.value).toBeNull()
  expect(visited).toEqual([])
})
