import { expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { parseNetwork } from '../config/index.ts'
import { createPushJudge } from './push-judge.ts'

const ADDRESSES: Record<string, string[]> = {
  'live.example': ['203.0.112.7', '2606:4700::1'],
  'neighbour.example': ['199.1.2.7'],
  'inside.example': ['10.1.2.3'],
  'both.example': ['203.0.112.7', '127.0.0.1'],
  '0x7f000001': ['127.0.0.1'],
}
const resolve = (name: string) => {
  const addresses = ADDRESSES[name]
  return addresses ? Promise.resolve(addresses) : Promise.reject(new Error('unknown'))
}

const judgeWith = (allow: string[]) =>
  createPushJudge({
    allow: allow.map((each) => parseNetwork(each)!),
    ownAddresses: () => ['198.60.0.9'],
    ownNetworks: () => ['199.1.2.5/24', '2a00:1::5/64'],
    resolve,
  })

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
  ['rtmp://198.60.0.9/app', false],
  ['rtmp://198.60.0.10/app', true],
  ['rtmp://199.1.2.200/app', false],
  ['rtmp://neighbour.example/app', false],
  ['rtmp://[2a00:1::99]/app', false],
])('RE12 %p may be pushed to: %p', async (url, isAllowed) => {
  const addresses = await judgeWith([])(url).catch(() => [])
  expect(addresses.length > 0).toBe(isAllowed)
})

test('RE12 all addresses that were judged are told, and none when one is closed', async () => {
  expect(await judgeWith([])('rtmp://live.example/app')).toEqual(ADDRESSES['live.example']!)
  expect(await judgeWith([])('rtmp://both.example/app')).toEqual([])
})

test('RE12 a network of one’s own may be allowed, also where this server is itself', async () => {
  const judge = judgeWith(['10.0.0.0/8', '199.1.2.0/24'])
  expect(await judge('rtmp://inside.example/app')).toEqual(['10.1.2.3'])
  expect(await judge('rtmp://both.example/app')).toEqual([])
  expect(await judge('rtmp://neighbour.example/app')).toEqual(['199.1.2.7'])
})

test('RE12 the addresses of this machine’s interfaces are its own', async () => {
  const judge = createPushJudge({ allow: [], ownAddresses: () => [], resolve })
  for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    const host = address.includes(':') ? `[${address}]` : address
    expect([address, await judge(`rtmp://${host}/app`)]).toEqual([address, []])
  }
})
