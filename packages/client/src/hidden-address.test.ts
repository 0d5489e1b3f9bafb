import { expect, test } from 'bun:test'
import type { Signal } from '@duet/protocol'
import { withoutOwnAddress } from './hidden-address.ts'

const relayed = (related: string) =>
  `candidate:1 1 udp 41885439 203.0.113.7 49152 typ relay ${related} generation 0 ufrag abcd`

test('K8 a candidate of the relay does not tell the address behind it', () => {
  const signal = (related: string): Signal => ({
    type: 'candidate',
    candidate: { candidate: relayed(related), sdpMid: '0' },
  })
  for (const related of ['raddr 192.0.2.1 rport 50000', 'raddr 2001:db8::1 rport 9']) {
    expect(withoutOwnAddress(signal(related))).toEqual(signal('raddr 0.0.0.0 rport 9'))
  }
})

test('K8 nor does a description that holds several', () => {
  const sdp = (related: string) =>
    `v=0\r\na=${relayed(related)}\r\na=${relayed(related)}\r\na=end-of-candidates\r\n`
  const signal = (related: string): Signal => ({
    type: 'description',
    description: { type: 'offer', sdp: sdp(related) },
    auth: 'x',
  })
  expect(withoutOwnAddress(signal('raddr 192.0.2.1 rport 50000'))).toEqual(
    signal('raddr 0.0.0.0 rport 9'),
  )
})

test.each([
  { type: 'candidate', candidate: null },
  { type: 'mismatch', hasKey: true },
] as Signal[])('%p stays as it is', (signal) => {
  expect(withoutOwnAddress(signal)).toEqual(signal)
})
