import { expect, test } from 'bun:test'
import { isIceLite, restartedAnswer, writeFragment } from './sdp-fragment.ts'

const sdp = (...lines: string[]) => lines.map((line) => `${line}\r\n`).join('')

const OFFER = sdp(
  'v=0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:1',
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
)

const ANSWER = sdp(
  'v=0',
  'a=ice-lite',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:old',
  'a=ice-pwd:old-password',
  'a=candidate:1 1 udp 1 192.0.2.1 8000 typ host',
  'a=end-of-candidates',
  'a=recvonly',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:old',
  'a=ice-pwd:old-password',
  'a=recvonly',
)

test('candidates stand with their credentials in the first media section', () => {
  const candidates = ['candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host']
  expect(writeFragment(OFFER, candidates, true)).toBe(
    sdp(
      'a=group:BUNDLE 0 1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=ice-ufrag:EsAw',
      'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
      'a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host',
      'a=end-of-candidates',
    ),
  )
})

test('a restart says its credentials alone', () => {
  expect(writeFragment(OFFER, [], false)).not.toMatch(/candidate/)
  expect(writeFragment('v=0\r\n', [], false)).toBeUndefined()
})

test('an answered restart has new credentials and candidates in every media section', () => {
  const fragment = sdp(
    'a=ice-lite',
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'a=mid:0',
    'a=ice-ufrag:new',
    'a=ice-pwd:new-password',
    'a=candidate:2 1 udp 1 198.51.100.1 8000 typ host',
  )
  expect(restartedAnswer(ANSWER, fragment)).toBe(
    sdp(
      'v=0',
      'a=ice-lite',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=ice-ufrag:new',
      'a=ice-pwd:new-password',
      'a=recvonly',
      'a=candidate:2 1 udp 1 198.51.100.1 8000 typ host',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=ice-ufrag:new',
      'a=ice-pwd:new-password',
      'a=recvonly',
      'a=candidate:2 1 udp 1 198.51.100.1 8000 typ host',
    ),
  )
})

test('an answered restart without candidates keeps those that were', () => {
  const answer = restartedAnswer(ANSWER, 'a=ice-ufrag:new\na=ice-pwd:new-password\n')
  expect(answer).toBe(ANSWER.replaceAll('old', 'new'))
})

test('what has no credentials answers no restart', () => {
  expect(restartedAnswer(ANSWER, 'a=ice-ufrag:new\r\n')).toBeUndefined()
  expect(restartedAnswer(ANSWER, '')).toBeUndefined()
})

test('a server that makes no checks says so', () => {
  expect(isIceLite(ANSWER)).toBe(true)
  expect(isIceLite(OFFER)).toBe(false)
})
