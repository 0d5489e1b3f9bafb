import { expect, test } from 'bun:test'
import { addressOf, Packet } from '@duet/datagrams'
import { formatAddress } from '@duet/stun'
import * as fc from 'fast-check'
import { createRing, PacketRing } from './packet-ring.ts'

const FROM = addressOf('198.51.100.10:50000')
const TO = addressOf('[2001:db8::1]:50001')

function packetOf(bytes: Uint8Array): Packet {
  const packet = new Packet()
  packet.wrap(bytes)
  return packet
}

/** Two threads' views of one ring. */
function bothEnds() {
  const memory = createRing()
  return { writer: new PacketRing(memory), reader: new PacketRing(memory) }
}

test('packets come out as they went in, with room around them', () => {
  const { writer, reader } = bothEnds()
  expect(writer.push(packetOf(Uint8Array.of(1, 2, 3)), FROM, TO)).toBe('first')
  expect(writer.push(packetOf(new Uint8Array(0)), TO, FROM)).toBe('added')
  const seen: string[] = []
  const handle: Parameters<PacketRing['drain']>[0] = (packet, from, to) => {
    seen.push(`${formatAddress(from)} > ${formatAddress(to)}: ${packet.view().toHex()}`)
    packet.prepend(48)
    packet.pad(3)
    packet.view().fill(0xff)
  }
  expect(reader.drain(handle, 10)).toBe(2)
  expect(seen).toEqual([
    '198.51.100.10:50000 > [2001:db8::1]:50001: 010203',
    '[2001:db8::1]:50001 > 198.51.100.10:50000: ',
  ])
  expect(reader.drain(handle, 10)).toBe(0)
  expect(writer.push(packetOf(Uint8Array.of(4)), FROM, TO)).toBe('first')
})

test('whatever lengths come in whatever order of writing and reading, none is changed', () => {
  const step = fc.oneof(
    fc.record({ length: fc.oneof(fc.nat(1500), fc.nat(65_507)) }),
    fc.record({ reads: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const { writer, reader } = bothEnds()
      const waiting: string[] = []
      let number = 0
      const sums = (bytes: Uint8Array): string => `${bytes.length} ${bytes[0]} ${bytes.at(-1)}`
      const handle: Parameters<PacketRing['drain']>[0] = (packet) => {
        expect(sums(packet.view())).toBe(waiting.shift() ?? 'nothing')
      }
      for (const each of steps) {
        if ('reads' in each) reader.drain(handle, each.reads)
        else {
          const bytes = new Uint8Array(each.length).fill((number += 1))
          const wasEmpty = waiting.length === 0
          const outcome = writer.push(packetOf(bytes), FROM, TO)
          if (outcome !== 'full') {
            expect(outcome).toBe(wasEmpty ? 'first' : 'added')
            waiting.push(sums(bytes))
          } else expect(wasEmpty).toBe(false)
        }
      }
      reader.drain(handle, Infinity)
      expect(waiting).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('a ring that nobody reads is full one day, and is used again once it was read', () => {
  const { writer, reader } = bothEnds()
  const packet = packetOf(new Uint8Array(1000))
  let pushed = 0
  while (writer.push(packet, FROM, TO) !== 'full') pushed += 1
  expect(pushed).toBeGreaterThan(100)
  expect(reader.drain(() => {}, Infinity)).toBe(pushed)
  expect(writer.push(packet, FROM, TO)).toBe('first')
  reader.clear()
  expect(reader.drain(() => {}, 1)).toBe(0)
})

test('positions go on past 32 bits', () => {
  const memory = createRing()
  new Int32Array(memory, 0, 2).fill(-8 * 1000)
  const [writer, reader] = [new PacketRing(memory), new PacketRing(memory)]
  for (let count = 0; count < 100; count += 1) {
    writer.push(packetOf(new Uint8Array(500).fill(count)), FROM, TO)
    const seen: number[] = []
    reader.drain((packet) => seen.push(packet.view()[0] ?? -1), 10)
    expect(seen).toEqual([count])
  }
})
