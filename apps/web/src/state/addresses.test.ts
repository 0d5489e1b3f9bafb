import { describe, expect, test } from 'bun:test'
import {
  linkOrigin,
  reachOf,
  secureOrigin,
  widerOrigin,
  type ServerAddresses,
} from './addresses.ts'

const LAN = 'https://192.168.1.5:8443'
const PUBLIC = 'https://call.example.org'
const everything: ServerAddresses = { best: PUBLIC, lan: [LAN], public: PUBLIC }
const lanOnly: ServerAddresses = { best: LAN, lan: [LAN], public: null }
const nothing: ServerAddresses = { best: null, lan: [], public: null }

describe('the link to send', () => {
  test.each([
    ['http://localhost:8080', everything, PUBLIC],
    ['http://localhost:8080', lanOnly, LAN],
    ['http://127.0.0.1:8080', lanOnly, LAN],
    ['http://[::1]:8080', lanOnly, LAN],
    ['http://localhost:8080', nothing, 'http://localhost:8080'],
    ['http://localhost:8080', { best: 'https://localhost:8443', lan: [LAN], public: null }, LAN],
    [LAN, everything, LAN],
    ['https://duet.lan:8443', lanOnly, 'https://duet.lan:8443'],
    [PUBLIC, everything, PUBLIC],
  ] as const)('on %s', (origin, addresses, expected) => {
    expect(linkOrigin(origin, addresses)).toBe(expected)
  })

  test('a link of the own network has a wider one beside it when the server is public', () => {
    expect(widerOrigin(LAN, everything)).toBe(PUBLIC)
    expect(widerOrigin(LAN, lanOnly)).toBeNull()
    expect(widerOrigin(PUBLIC, everything)).toBeNull()
  })
})

test.each([
  ['http://localhost', 'this-machine'],
  ['http://duet.localhost', 'this-machine'],
  ['http://127.3.2.1', 'this-machine'],
  ['http://10.0.0.1', 'own-network'],
  ['http://172.16.0.1', 'own-network'],
  ['http://172.32.0.1', 'everywhere'],
  ['http://100.64.0.1', 'own-network'],
  ['http://169.254.1.1', 'own-network'],
  ['http://[fd00::2]', 'own-network'],
  ['http://[fe80::1]', 'own-network'],
  ['http://[2001:db8::1]', 'everywhere'],
  ['http://laptop', 'own-network'],
  ['http://laptop.local', 'own-network'],
  ['https://call.example.org', 'everywhere'],
  ['https://localhost.example.org', 'everywhere'],
] as const)('%s reaches %s', (origin, reach) => {
  expect(reachOf(origin)).toBe(reach)
})

test('a page on plain HTTP leads to the same host on HTTPS, else to any', () => {
  expect(secureOrigin('http://192.168.1.5:8080', everything)).toBe(LAN)
  expect(secureOrigin('http://10.0.0.9:8080', everything)).toBe(PUBLIC)
  expect(secureOrigin('http://10.0.0.9:8080', nothing)).toBeNull()
})
