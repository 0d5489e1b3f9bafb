import { describe, expect, test } from 'bun:test'
import type { Candidate } from '@duet/protocol'
import { EarlyCandidates } from './early-candidates.ts'

const of = (usernameFragment: string | null, port = 9): Candidate => ({
  candidate: `candidate:1 1 udp 1 192.0.2.1 ${port} typ host`,
  sdpMid: '0',
  usernameFragment,
})
const remote = (...fragments: string[]) =>
  ({
    type: 'offer',
    sdp: fragments.map((fragment) => `a=ice-ufrag:${fragment}\r\n`).join(''),
  }) as RTCSessionDescription

describe('early candidates', () => {
  test('nothing belongs before there is a description', () => {
    const early = new EarlyCandidates()
    expect(early.belongs(of('abcd'), null)).toBe(false)
    expect(early.belongs(of(null), null)).toBe(false)
  })

  test('a candidate belongs to the description with its fragment', () => {
    const early = new EarlyCandidates()
    expect(early.belongs(of('abcd'), remote('xyzw', 'abcd'))).toBe(true)
    expect(early.belongs(of('abcd'), remote('xyzw'))).toBe(false)
    expect(early.belongs(of('abc'), remote('abcd'))).toBe(false)
    expect(early.belongs(of(null), remote('xyzw'))).toBe(true)
  })

  test('what fits is taken once, in order; the rest waits for a later description', () => {
    const early = new EarlyCandidates()
    early.keep(of('new', 1))
    early.keep(of('now', 2))
    early.keep(of('now', 3))
    expect(early.take(null)).toEqual([])
    expect(early.take(remote('now'))).toEqual([of('now', 2), of('now', 3)])
    expect(early.take(remote('now'))).toEqual([])
    expect(early.take(remote('new'))).toEqual([of('new', 1)])
  })

  test('keeps a bounded number, the newest', () => {
    const early = new EarlyCandidates()
    for (let port = 1; port <= 1000; port++) early.keep(of('now', port))
    const taken = early.take(remote('now'))
    expect(taken).toHaveLength(128)
    expect(taken.at(-1)).toEqual(of('now', 1000))
  })
})
