import { expect, test } from 'bun:test'
import { LivePlan } from './live-plan.ts'

function planOf(address: string, key = ''): LivePlan {
  const plan = new LivePlan()
  plan.address.value = address
  plan.key.value = key
  return plan
}

test('viewers of the server need no address', () => {
  const plan = planOf('  ')
  plan.layout.value = 'side-by-side'
  expect(plan.read()).toEqual({ layout: 'side-by-side' })
})

test('B7 an address with a key, or without', () => {
  expect(planOf(' rtmps://live.example/app ', 'abc ').read()).toEqual({
    layout: 'inset',
    push: { url: 'rtmps://live.example/app', key: 'abc' },
  })
  expect(planOf('RTMP://a').read()?.push).toEqual({ url: 'RTMP://a' })
})

test.each([
  ['https://live.example/app', '', 'badPushAddress'],
  ['rtmp://', '', 'badPushAddress'],
  ['rtmp:///app', '', 'badPushAddress'],
  ['rtmp://živě.example', '', 'badPushAddress'],
  ['rtmp://live.example/a b', '', 'badPushAddress'],
  [`rtmp://${'x'.repeat(2000)}`, '', 'badPushAddress'],
  ['', 'a key without an address', 'badPushAddress'],
  ['rtmp://live.example/app', 'a b', 'badPushKey'],
  ['rtmp://live.example/app', 'x'.repeat(600), 'badPushKey'],
] as const)('B7 %p with key %p is refused: %s', (address, key, fault) => {
  const plan = planOf(address, key)
  expect(plan.fault.value).toBe(null)
  expect(plan.read()).toBeUndefined()
  expect(plan.fault.value).toBe(fault)
})
