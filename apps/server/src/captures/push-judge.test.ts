import { expect, test } from 'bun:test'
import { parseNetwork } from '../config/index.ts'
import { createPushJudge } from './push-judge.ts'

const ADDRESSES: Record<string, string[]> = {
  'live.example': ['203.0.112.7', '2606:4700::1'],
  'inside.example': ['10.1.2.3'],
  'both.example': ['203.0.112.7', '127.0.0.1'],
  '0x7f000001': ['127.0.0.1'],
}
const resolve = (name: string) => {
  const addresses = ADDRESSES[name]
  return addresses ? Promise.resolve(addresses) : Promise.reject(new Error('unknown'))
}

test.each([
  ['rtmp://live.example/app', true],
  ['rtmps://live.example:443/app', true],
  ['rtmp://203.0.112.7/app', true],
  ['rtmp://[2606:4700::1]/app', true],
  ['rtmp://inside.example/app', false],
  ['rtmp://both.example/app', false],
  ['rtmp://127.0.0.1/app', false],
  ['rtmp://0x7f000001/app', false],
  ['rtmp://[::1]/app', false],
  ['rtmp://[::ffff:127.0.0.1]/app', false],
  ['rtmp://169.254.169.254/latest', false],
  ['rtmp://nowhere.example/app', false],
  ['rtmp:/app', false],
  ['', false],
])('RE12 %p may be pushed to: %p', async (url, isAllowed) => {
  expect(await createPushJudge([], resolve)(url)).toBe(isAllowed)
})

test('RE12 a network of one’s own may be allowed', async () => {
  const judge = createPushJudge([parseNetwork('10.0.0.0/8')!], resolve)
  expect(await judge('rtmp://inside.example/app')).toBe(true)
  expect(await judge('rtmp://both.example/app')).toBe(false)
})
