import { expect, test } from 'bun:test'
import { trackedProblems } from './tracked-rules.ts'

const home = ['', 'home', 'ann', 'duet'].join('/')
const registry = ['https:/', 'registry.example.org', 'preact'].join('/')

test('the path of a machine is found with its line', () => {
  expect(trackedProblems(`fine\nsee ${home}/a.ts`, [])).toEqual([
    `2: the path of a machine, ${home.slice(0, home.lastIndexOf('/'))}`,
  ])
})

test('a path of the machine that checks is found wherever it lies', () => {
  expect(trackedProblems('open /srv/build-7/duet/a', ['/srv/build-7'])).toHaveLength(1)
})

test('the address of a registry is found', () => {
  expect(trackedProblems(`"resolved": "${registry}"`, [])).toHaveLength(1)
  expect(trackedProblems(`registry=${registry}`, [])).toHaveLength(1)
})

test('addresses and paths that hold everywhere pass', () => {
  const text = 'https://example.org/r/lake#k=x\n/r/home/x\n./data\n/usr/bin/chromium\n$HOME/work/a'
  expect(trackedProblems(text, [])).toEqual([])
})
