import { expect, test } from 'bun:test'
import { serverIn, sortIceServers, stunAtPort } from './ice-urls.ts'
import { familyOf, readCandidate } from './seen-candidate.ts'

test('candidates are read as browsers write them', () => {
  expect(
    readCandidate(
      'candidate:1467250027 1 UDP 1677729535 203.0.113.7 50001 typ srflx raddr 192.168.1.2 rport 50001 generation 0 ufrag a network-id 3 network-cost 10',
    ),
  ).toEqual({ type: 'srflx', protocol: 'udp', address: '203.0.113.7', port: 50_001, network: '3' })
  expect(readCandidate('candidate:0 1 tcp 21 0a1b.local 9 typ host tcptype active')).toEqual({
    type: 'host',
    protocol: 'tcp',
    address: '0a1b.local',
    port: 9,
    network: '',
  })
})

test.each(['', 'candidate:', 'candidate:0 1 sctp 1 1.2.3.4 9 typ host', 'a 1 udp 1 b 9 typ host'])(
  '%p is no candidate',
  (line) => expect(readCandidate(line)).toBeUndefined(),
)

test('families are told apart', () => {
  expect(['203.0.113.7', '2001:db8::1', 'a.local'].map(familyOf)).toEqual([4, 6, undefined])
})

test('URLs of ICE servers are sorted, and moved to another port', () => {
  const sorted = sortIceServers([
    { urls: 'stun:a.example' },
    { urls: ['turn:[2001:db8::1]:3478?transport=tcp', 'turn:b.example', 'turns:c.example'] },
  ])
  expect(sorted.stun).toEqual(['stun:a.example'])
  expect(sorted['turn-udp']).toEqual([{ urls: 'turn:b.example' }])
  expect(sorted['turn-tcp'].map(({ urls }) => serverIn(String(urls)))).toEqual([
    '[2001:db8::1]:3478',
  ])
  expect(sorted['turn-tls']).toEqual([{ urls: 'turns:c.example' }])
  expect(stunAtPort('stun:a.example:3478', 8000)).toBe('stun:a.example:8000')
  expect(stunAtPort('stun:[2001:db8::1]:3478', 8000)).toBe('stun:[2001:db8::1]:8000')
})
