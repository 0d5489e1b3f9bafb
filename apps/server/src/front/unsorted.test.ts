import { expect, test } from 'bun:test'
import { MAX_UNSORTED, MAX_UNSORTED_PER_ADDRESS, Unsorted } from './unsorted.ts'

const nothing = () => {}

test('of one address, or one IPv6 /64, there are only so many, until they are sorted', () => {
  for (const [address, other] of [
    [() => '198.51.100.1', '198.51.100.2'],
    [(port: number) => `2001:db8:0:1::${port.toString(16)}`, '2001:db8:0:2::1'],
  ] as const) {
    const unsorted = new Unsorted()
    const peers = Array.from({ length: MAX_UNSORTED_PER_ADDRESS + 1 }, (_, port) => ({
      address: address(port),
      port,
    }))
    const admitted = peers.map((peer) => unsorted.add(peer, nothing))
    expect(admitted.indexOf(false)).toBe(MAX_UNSORTED_PER_ADDRESS)
    expect(unsorted.add({ address: other, port: 1 }, nothing)).toBe(true)
    const [first, , last] = [peers[0]!, peers[1]!, peers.at(-1)!]
    // Twice is once.
    unsorted.remove(first)
    unsorted.remove(first)
    expect([unsorted.add(last, nothing), unsorted.add(first, nothing)]).toEqual([true, false])
  }
})

test('when all places are taken, the one that has waited longest is cut', () => {
  const unsorted = new Unsorted()
  const cut: number[] = []
  for (let port = 0; port < MAX_UNSORTED + 2; port += 1) {
    const peer = { address: `198.51.${port >> 8}.${port & 255}`, port }
    expect(unsorted.add(peer, () => cut.push(port))).toBe(true)
  }
  expect(cut).toEqual([0, 1])
  expect(unsorted.size).toBe(MAX_UNSORTED)
})
