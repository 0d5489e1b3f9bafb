import { expect, test } from 'bun:test'
import { obstacleOf, type EnvironmentFacts } from './environment.ts'

const good: EnvironmentFacts = {
  hasPeerConnection: true,
  hasMediaDevices: true,
  isSecureContext: true,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
  isFramed: false,
  framePassesMedia: true,
}

test.each([
  [{}, null],
  [{ hasPeerConnection: false }, 'no-webrtc'],
  [{ isSecureContext: false, hasMediaDevices: false }, 'insecure'],
  [{ isFramed: true, framePassesMedia: false }, 'framed'],
  [{ isFramed: true }, null],
  [{ hasMediaDevices: false }, 'no-webrtc'],
] as const)('%p is told as %p', (facts, obstacle) => {
  expect(obstacleOf({ ...good, ...facts })).toBe(obstacle)
})

test.each([
  ['WeChat', 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile/15E148 MicroMessenger/8.0.50'],
  ['QQ', 'Mozilla/5.0 (Linux; Android 14) Chrome/109 Mobile Safari/537.36 V1_AND QQ/9.0.0'],
  ['LINE', 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile/15E148 Safari Line/14.1.0'],
  ['Facebook', 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile [FBAN/FBIOS;FBAV/450.0]'],
  ['Instagram', 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile Instagram 300.0.0'],
])('inside %s the page asks to be opened elsewhere', (_app, userAgent) => {
  expect(obstacleOf({ ...good, userAgent })).toBe('in-app-browser')
})

test('the QQ browser is a browser', () => {
  const userAgent =
    'Mozilla/5.0 (Linux; Android 14) Chrome/109 MQQBrowser/14.0 Mobile Safari/537.36'
  expect(obstacleOf({ ...good, userAgent })).toBeNull()
})
