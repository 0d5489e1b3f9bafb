import { expect, test } from 'bun:test'
import type { Certificate } from '../front/certificate.ts'
import type { Listener } from '../front/listen.ts'
import { readAddresses, type AddressFacts, type Addresses } from './addresses.ts'

const HTTP: Listener = { scheme: 'http', host: undefined, port: 8080 }
const HTTPS: Listener = { scheme: 'https', host: undefined, port: 8443 }

function addresses(facts: Partial<AddressFacts>): Addresses {
  return readAddresses({
    listeners: [HTTP, HTTPS],
    certificate: undefined,
    localAddresses: { lan: ['192.168.1.5', 'fd00::5'], global: [] },
    publicIps: [],
    ...facts,
  })
}

test('at home: HTTP for the machine itself, HTTPS for its network', () => {
  expect(addresses({})).toEqual({
    local: 'http://localhost:8080',
    lan: ['https://192.168.1.5:8443'],
    public: undefined,
    best: 'https://192.168.1.5:8443',
    plain: 'http://192.168.1.5:8080',
  })
})

test('with --public-ip, that is the best', () => {
  const found = addresses({ publicIps: ['203.0.113.9'] })
  expect(found.public).toBe('https://203.0.113.9:8443')
  expect(found.best).toBe('https://203.0.113.9:8443')
})

test('the name of a given certificate is better than an address', () => {
  const certificate: Certificate = {
    cert: '',
    key: '',
    isSelfSigned: false,
    names: ['*.example.org', '203.0.113.9', 'duet.example.org'],
    endsAt: 0,
  }
  const listeners = [{ ...HTTPS, port: 443 }]
  const found = addresses({ certificate, listeners, publicIps: ['203.0.113.9'] })
  expect(found.best).toBe('https://duet.example.org')
  expect(addresses({ certificate: { ...certificate, isSelfSigned: true } }).public).toBeUndefined()
})

test('a machine with a global address is public by itself', () => {
  const found = addresses({ localAddresses: { lan: [], global: ['5.9.1.2', '2a01:4f8::1'] } })
  expect(found).toMatchObject({ lan: [], public: 'https://5.9.1.2:8443' })
})

test('only IPv6', () => {
  const found = addresses({ localAddresses: { lan: ['fd00::5'], global: [] } })
  expect(found.best).toBe('https://[fd00::5]:8443')
})

test('no network at all, or only loopback to listen on', () => {
  expect(addresses({ localAddresses: { lan: [], global: [] } }).best).toBeUndefined()
  const listeners = [HTTP, HTTPS].map((one) => ({ ...one, host: '127.0.0.1' }))
  expect(addresses({ listeners, publicIps: ['203.0.113.9'] })).toEqual({
    local: 'http://localhost:8080',
    lan: [],
    public: undefined,
    best: undefined,
    plain: undefined,
  })
})

test('the name of --domain is the best before there is a certificate for it', () => {
  const found = addresses({ domains: ['duet.example'], publicIps: ['203.0.113.9'] })
  expect(found.best).toBe('https://duet.example:8443')
})

test('one LAN address to listen on', () => {
  const found = addresses({ listeners: [{ ...HTTPS, host: '192.168.1.5' }] })
  expect(found).toMatchObject({ local: undefined, lan: ['https://192.168.1.5:8443'] })
})

test('without HTTPS the addresses are of HTTP', () => {
  expect(addresses({ listeners: [HTTP] }).best).toBe('http://192.168.1.5:8080')
})
