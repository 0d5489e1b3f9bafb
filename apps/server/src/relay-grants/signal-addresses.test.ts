import { describe, expect, test } from 'bun:test'
import type { Signal } from '@duet/rules'
import { MAX_CANDIDATES_PER_SIGNAL } from './limits.ts'
import { addressesIn } from './signal-addresses.ts'

const line = (address: string, rest = 'typ host'): string =>
  `candidate:1 1 udp 2122260223 ${address} 50000 ${rest}`
const candidate = (text: string): Signal => ({ type: 'candidate', candidate: { candidate: text } })
const offer = (sdp: string): Signal => ({
  type: 'description',
  description: { type: 'offer', sdp },
})
const other = (data: unknown): Signal => ({ type: 'other', original: { dialect: 'cast', data } })

describe('N2 addresses of candidates', () => {
  test.each([
    ['a candidate', candidate(line('8.8.8.8')), ['8.8.8.8']],
    ['one as an attribute', candidate(`a=${line('8.8.8.8')}\r\n`), ['8.8.8.8']],
    ['IPv6', candidate(line('2001:db8::1')), ['2001:db8::1']],
    ['IPv4 in IPv6 clothes', candidate(line('::ffff:8.8.8.8')), ['8.8.8.8']],
    [
      'reflexive: not the address behind it',
      candidate(line('8.8.8.8', 'typ srflx raddr 10.0.0.1')),
      ['8.8.8.8'],
    ],
    ['TCP', candidate(line('8.8.8.8', 'typ host tcptype active')), ['8.8.8.8']],
    ['a hidden address', candidate(line('1f4712db-ea17-4bcf-a596-105139dfd8bf.local')), []],
    ['no address', candidate(line('8.8.8')), []],
    ['no more candidates', { type: 'candidate', candidate: null }, []],
    ['an empty one', candidate(''), []],
    ['a mismatch', { type: 'mismatch', hasKey: true }, []],
    [
      'a description',
      offer(`v=0\r\na=${line('8.8.8.8')}\r\na=${line('7.7.7.7')}\r\n`),
      ['8.8.8.8', '7.7.7.7'],
    ],
    [
      'words of an older dialect',
      other({ kind: 'candidate', data: { candidate: line('8.8.8.8') } }),
      ['8.8.8.8'],
    ],
    ['a text of one', other(JSON.stringify({ ice: { candidate: line('8.8.8.8') } })), ['8.8.8.8']],
    ['rubbish of one', other([null, 3, { a: undefined }]), []],
  ] as [string, Signal, string[]][])('%s', (_name, signal, addresses) => {
    expect(addressesIn(signal)).toEqual(addresses)
  })

  test('are bounded, however many, wide or deep', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      line(`8.8.${index >> 8}.${index & 255}`),
    )
    expect(addressesIn(offer(many.join('\r\n'))).length).toBe(MAX_CANDIDATES_PER_SIGNAL)
    let deep: unknown = line('8.8.8.8')
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
    expect(addressesIn(other(deep))).toEqual([])
    expect(addressesIn(other(Array.from({ length: 100_000 }, () => 'x'))).length).toBe(0)
  })
})
