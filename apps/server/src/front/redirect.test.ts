import { describe, expect, test } from 'bun:test'
import { secureAddress } from './redirect.ts'

function redirect(host: string, isSecure: boolean, httpsPort: number | undefined = 8443) {
  const url = new URL(`http://${host}/r/lake?autostart=true`)
  return secureAddress(
    { url, host, isSecure, headers: new Headers(), address: '198.51.100.1' },
    httpsPort,
  )
}

const SERVED: [host: string, isSecure: boolean][] = [
  ['localhost:8080', false],
  ['LOCALHOST', false],
  ['duet.localhost:8080', false],
  ['127.0.0.1:8080', false],
  ['127.8.8.8', false],
  ['[::1]:8080', false],
  ['duet.example', true],
  ['192.168.1.5:8443', true],
]

describe('served as it is', () => {
  test.each(SERVED)('%s, secure: %p', (host, isSecure) => {
    expect(redirect(host, isSecure)).toBeUndefined()
  })
})

const REDIRECTED: [host: string, to: string][] = [
  ['192.168.1.5:8080', 'https://192.168.1.5:8443'],
  ['duet.example', 'https://duet.example:8443'],
  ['[fd00::5]:8080', 'https://[fd00::5]:8443'],
  ['localhost.example', 'https://localhost.example:8443'],
]

describe('redirected', () => {
  test.each(REDIRECTED)('%s', (host, to) => {
    expect(redirect(host, false)).toBe(`${to}/r/lake?autostart=true`)
  })
})

test('the usual port is not written', () => {
  expect(redirect('duet.example', false, 443)).toBe('https://duet.example/r/lake?autostart=true')
})

test('without HTTPS there is nowhere to go', () => {
  const context = {
    url: new URL('http://duet.example/'),
    host: 'duet.example',
    isSecure: false,
    headers: new Headers(),
    address: '198.51.100.1',
  }
  expect(secureAddress(context, undefined)).toBeUndefined()
})
