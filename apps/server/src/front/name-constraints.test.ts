import { expect, test } from 'bun:test'
import { assert, property, uint8Array } from 'fast-check'
import { parseNetwork, type Network } from '../config/index.ts'
import { decodePermitted, encodePermitted, isPermitted } from './name-constraints.ts'

function network(text: string): { network: Network } {
  const parsed = parseNetwork(text)
  if (!parsed) throw new Error(text)
  return { network: parsed }
}

const SUBTREES = [
  { dns: 'local' },
  { dns: 'lake' },
  network('192.168.0.0/16'),
  network('172.16.0.0/12'),
  network('203.0.113.7/32'),
  network('fd00::/8'),
]

test('encoded as RFC 5280 §4.2.1.10 has it', () => {
  const value = encodePermitted([{ dns: 'local' }, network('192.168.0.0/16')])
  expect(Buffer.from(value).toString('hex')).toBe(
    ['3017a015', '30078205', '6c6f63616c', '300a8708', 'c0a80000', 'ffff0000'].join(''),
  )
})

test('decoded to the same', () => {
  const decoded = decodePermitted(encodePermitted(SUBTREES))
  expect(decoded).toHaveLength(SUBTREES.length)
  expect(encodePermitted(decoded)).toEqual(encodePermitted(SUBTREES))
})

test.each([
  ['lake', true],
  ['lake.local', true],
  ['a.lake', true],
  ['flake', false],
  ['notlocal', false],
  ['example.org', false],
  ['192.168.255.255', true],
  ['192.169.0.0', false],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['203.0.113.7', true],
  ['203.0.113.8', false],
  ['fdff::1', true],
  ['fe00::1', false],
])('%s: %p', (name, isSo) => {
  expect(isPermitted(name, decodePermitted(encodePermitted(SUBTREES)))).toBe(isSo)
})

test('many are too', () => {
  const many = Array.from({ length: 60 }, (_, index) => network(`10.0.${index}.1/32`))
  expect(decodePermitted(encodePermitted(many))).toHaveLength(60)
})

test('no bytes make it throw', () => {
  assert(
    property(uint8Array({ maxLength: 80 }), (bytes) => {
      expect(Array.isArray(decodePermitted(bytes))).toBe(true)
    }),
  )
})
