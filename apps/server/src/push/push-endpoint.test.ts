import { expect, test } from 'bun:test'
import { parseEndpoint, targetOf } from './push-endpoint.ts'
import { createPushAddressTest } from './push-networks.ts'

test.each([
  'http://push.example/send',
  'ftp://push.example/send',
  'https://user@push.example/send',
  'https://user:secret@push.example/send',
  'file:///etc/passwd',
  '/send',
  '',
  `https://push.example/${'a'.repeat(2048)}`,
])('%p is no endpoint', (text) => {
  expect(parseEndpoint(text)).toBeUndefined()
})

const isOpen = createPushAddressTest([])

test.each([
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.0.1',
  '192.168.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::1',
  'fe80::1',
  'fc00::1',
  'fd12::1',
  'ff02::1',
  'not an address',
])('%p may not be posted to', (address) => {
  expect(isOpen(address)).toBe(false)
})

test.each(['8.8.8.8', '142.250.1.1', '2a00:1450::1', '2600:1901::1'])('%p may', (address) => {
  expect(isOpen(address)).toBe(true)
})

test.each([
  // As browsers and URL read them: each is loopback in another dress.
  'https://127.1/send',
  'https://2130706433/send',
  'https://0x7f.0.0.1/send',
  'https://0177.0.0.1/send',
  'https://[::1]/send',
  'https://[::ffff:127.0.0.1]/send',
])('%p is seen through', async (text) => {
  const url = parseEndpoint(text)
  if (!url) throw new Error('it reads as a URL')
  const resolve = () => Promise.reject(new Error('an address is not asked for'))
  expect(await targetOf(url, { isOpen, resolve })).toBeUndefined()
})

test('a network that the operator allows may be posted to', () => {
  const isAllowed = createPushAddressTest([{ address: '10.0.0.0', prefix: 8, family: 'ipv4' }])
  expect(isAllowed('10.1.2.3')).toBe(true)
  expect(isAllowed('::ffff:10.1.2.3')).toBe(true)
  expect(isAllowed('192.168.0.1')).toBe(false)
})
