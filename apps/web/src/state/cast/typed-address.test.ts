import { expect, test } from 'bun:test'
import { typedAddress } from './typed-address.ts'

test.each([
  ['https://duet.example', 'duet.example/tv'],
  ['http://192.168.1.5:8080', '192.168.1.5:8080/tv'],
  ['https://192.168.1.5:8443', 'https://192.168.1.5:8443/tv'],
])('of %s one types %s', (origin, address) => {
  expect(typedAddress(origin, '/tv')).toBe(address)
})
