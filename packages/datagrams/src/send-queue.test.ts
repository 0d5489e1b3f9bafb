import { describe, expect, test } from 'bun:test'
import { read } from 'bun:ffi'
import { ipFromBits, joinAddress, portOf } from '@duet/stun'
import * as fc from 'fast-check'
import { destinationOf, type Destination } from './destination.ts'
import { loadLibC, type LibC } from './libc.ts'
import { HEADER_BYTES } from './message-headers.ts'
import { Packet } from './packet.ts'
import { ReceiveArena } from './receive-arena.ts'
import { Departures, SendQueue } from './send-queue.ts'
import { openUdpSocket, type UdpSocket } from './udp-socket.ts'

const LOOPBACK = ipFromBits(0x7f00_0001)
/** In a `struct mmsghdr`. */
const CONTROL_LENGTH_AT = 40

const libc = loadLibC() as LibC

/** The C library, and what was asked of it: datagrams that were to leave as several. */
interface WatchedLibC extends LibC {
  segmented: number
  calls: number
}

/** `takes`: whether the way takes segments. */
function watched(takes: boolean): WatchedLibC {
  const self: WatchedLibC = {
    ...libc,
    segmented: 0,
    calls: 0,
    sendmmsg(fd, headers, count, flags) {
      self.calls += 1
      let possible = 0
      for (; possible < count; possible += 1) {
        const at = headers + possible * HEADER_BYTES
        const isSegmented = read.u64(at, CONTROL_LENGTH_AT) > 0n
        if (isSegmented) self.segmented += 1
        if (isSegmented && !takes) break
      }
      return possible === 0 ? -1 : libc.sendmmsg(fd, headers, possible, flags)
    },
  }
  return self
}

/** A queue, two sockets that send, and two that receive. */
async function createScene(takes = true, hasSegments = true) {
  const used = watched(takes)
  const arena = new ReceiveArena(libc)
  const queue = new SendQueue(used, arena, hasSegments)
  const open = () => openUdpSocket(libc, { ip: LOOPBACK, port: 0 })
  const from = [await open(), await open()]
  const to = [await open(), await open()]
  return {
    used,
    queue,
    sockets: from.map(({ fd }) => new Departures(fd)),
    destinations: to.map(({ local }) => destinationOf(local)),
    /** What has come to one of the receivers from one of the senders: first byte and length of each. */
    received: (receiver: number, sender: number) =>
      receivedFrom(to[receiver] as UdpSocket, from[sender] as UdpSocket),
    close() {
      for (const { fd } of [...from, ...to]) libc.close(fd)
    },
  }
}

const kept = new Map<number, { port: number; text: string }[]>()

function receivedFrom({ fd }: UdpSocket, sender: UdpSocket): string[] {
  const arena = new ReceiveArena(libc)
  const packet = new Packet()
  const all = kept.get(fd) ?? []
  while (arena.receive(fd) > 0) {
    for (let slot = 0; slot < arena.used; slot += 1) {
      arena.read(slot, packet)
      const bytes = packet.view()
      all.push({ port: portOf(arena.senderAt(slot)), text: `${bytes[0]}:${bytes.length}` })
    }
    arena.clear()
  }
  kept.set(fd, all)
  const port = portOf(sender.local)
  return all.filter((each) => each.port === port).map(({ text }) => text)
}

function addCopy(
  queue: SendQueue,
  socket: Departures,
  bytes: Uint8Array,
  destination: Destination,
): void {
  queue.addCopy(socket, bytes, 0, bytes.length, destination)
}

function raise(): never {
  throw new Error('there is none')
}

function datagram(number: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(number)
}

/** errno(3). */
const [EAGAIN, ENOBUFS, ECONNREFUSED] = [11, 105, 111]

describe.skipIf(!loadLibC())(
  'where errors of earlier datagrams are told when the next are sent',
  () => {
    /** A queue whose calls fail with these errors, one after the other, and its socket. */
    async function failing(...errors: number[]) {
      const scene = await createScene()
      const sendmmsg = scene.used.sendmmsg.bind(scene.used)
      let errno = 0
      scene.used.sendmmsg = (...args) => {
        errno = errors.shift() ?? 0
        return errno === 0 ? sendmmsg(...args) : -1
      }
      scene.used.errno = () => errno
      const [{ fd } = raise()] = scene.sockets
      const [destination = raise()] = scene.destinations
      return { ...scene, socket: new Departures(fd, true), destination }
    }

    test.each([1, 2, 3])('all leave after %i of them, and still as one', async (count) => {
      const scene = await failing(...Array<number>(count).fill(ECONNREFUSED))
      for (let number = 1; number <= 3; number += 1) {
        addCopy(scene.queue, scene.socket, datagram(number, 100), scene.destination)
      }
      scene.queue.flush()
      expect(scene.received(0, 0)).toEqual(['1:100', '2:100', '3:100'])
      expect([scene.used.segmented, scene.socket.failures]).toEqual([1, 0])
      scene.close()
    })

    test('a long one leaves, too', async () => {
      const scene = await failing(ECONNREFUSED)
      expect(scene.queue.sendNow(scene.socket, datagram(1, 5000), scene.destination)).toBe(true)
      expect(scene.received(0, 0)).toEqual(['1:5000'])
      scene.close()
    })

    test('what always fails is given up, and the next ones leave', async () => {
      const scene = await failing(...Array<number>(4).fill(ECONNREFUSED))
      addCopy(scene.queue, scene.socket, datagram(1, 100), scene.destination)
      addCopy(scene.queue, scene.socket, datagram(2, 200), scene.destination)
      scene.queue.flush()
      expect(scene.received(0, 0)).toEqual(['2:200'])
      scene.close()
    })

    test.each([
      ['is full', ENOBUFS, []],
      // As where nothing is told: some of them may fit.
      ['takes no more', EAGAIN, ['1:100', '2:100']],
    ])('nothing is sent again because the way %s', async (_name, errno, expected) => {
      const scene = await failing(errno)
      for (const number of [1, 2]) {
        addCopy(scene.queue, scene.socket, datagram(number, 100), scene.destination)
      }
      addCopy(scene.queue, scene.socket, datagram(3, 200), scene.destination)
      scene.queue.flush()
      expect(scene.received(0, 0)).toEqual([...expected, '3:200'])
      scene.close()
    })
  },
)

describe.skipIf(!loadLibC())('what waits to leave', () => {
  test('goes as one where it has one way and one length, and a shorter one ends that', async () => {
    const scene = await createScene()
    const [socket] = scene.sockets as [Departures]
    const [here, there] = scene.destinations as [Destination, Destination]
    const lengths = [1000, 1000, 1000, 400, 400, 0, 1400, 1400, 2000, 2000]
    for (const [number, length] of lengths.entries()) {
      addCopy(scene.queue, socket, datagram(number + 1, length), here)
      // What goes elsewhere in between is in nobody's way.
      addCopy(scene.queue, socket, datagram(number + 1, 10 + number), there)
    }
    scene.queue.flush()
    const texts = lengths.map((length, at) => `${length === 0 ? undefined : at + 1}:${length}`)
    expect(scene.received(0, 0)).toEqual(texts)
    expect(scene.received(1, 0)).toEqual(lengths.map((_, at) => `${at + 1}:${10 + at}`))
    // 1000 x 3 and 400 with them; 1400 x 2.
    expect([scene.used.segmented, scene.used.calls]).toEqual([2, 1])
    scene.close()
  })

  test('goes singly where the way takes no segments, and is not tried for ever', async () => {
    const scene = await createScene(false)
    const [socket] = scene.sockets as [Departures]
    const [destination] = scene.destinations as [Destination]
    for (let round = 0; round < 40; round += 1) {
      for (let count = 0; count < 5; count += 1) {
        addCopy(scene.queue, socket, datagram(round, 100), destination)
      }
      addCopy(scene.queue, socket, datagram(round, 101), destination)
      scene.queue.flush()
    }
    const rounds = Array.from({ length: 40 }, (_, round) => round)
    const expected = rounds.flatMap((round) => [
      ...Array<string>(5).fill(`${round}:100`),
      `${round}:101`,
    ])
    expect(scene.received(0, 0)).toEqual(expected)
    expect(scene.used.segmented).toBe(16)
    scene.close()
  })

  test('goes singly on systems that know no segments', async () => {
    const scene = await createScene(true, false)
    const [socket] = scene.sockets as [Departures]
    const [destination] = scene.destinations as [Destination]
    for (let count = 0; count < 5; count += 1) {
      addCopy(scene.queue, socket, datagram(count + 1, 100), destination)
    }
    scene.queue.flush()
    expect(scene.received(0, 0)).toEqual(['1:100', '2:100', '3:100', '4:100', '5:100'])
    expect([scene.used.segmented, scene.used.calls]).toEqual([0, 1])
    scene.close()
  })

  test('arrives whole and in order on each way, whatever comes together', async () => {
    const length = fc.oneof(fc.constantFrom(0, 1, 100, 1000, 1452, 1453, 2048), fc.nat(2048))
    const step = fc.record({ from: fc.nat(1), to: fc.nat(1), length, flushes: fc.nat(30) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 300 }), async (steps) => {
        kept.clear()
        const scene = await createScene()
        const expected: string[][][] = [
          [[], []],
          [[], []],
        ]
        for (const [number, { from, to, length: bytes, flushes }] of steps.entries()) {
          const payload = datagram(number % 256, bytes)
          addCopy(scene.queue, scene.sockets[from]!, payload, scene.destinations[to]!)
          expected[to]![from]!.push(`${bytes === 0 ? undefined : number % 256}:${bytes}`)
          if (flushes === 0) scene.queue.flush()
        }
        scene.queue.flush()
        for (const to of [0, 1]) {
          for (const from of [0, 1]) {
            expect(scene.received(to, from)).toEqual(expected[to]![from]!)
          }
        }
        scene.close()
      }),
      { numRuns: 30 },
    )
  })

  test('to IPv4 and IPv6 in turns keeps its addresses apart', async () => {
    const scene = await createScene()
    const [socket] = scene.sockets as [Departures]
    const [destination] = scene.destinations as [Destination]
    // From a socket of IPv4 nothing leaves for IPv6.
    const elsewhere = destinationOf(joinAddress(ipFromBits(1n), destination.port))
    for (let count = 0; count < 6; count += 1) {
      addCopy(scene.queue, socket, datagram(count + 1, 100), count % 2 ? elsewhere : destination)
    }
    scene.queue.flush()
    expect(scene.received(0, 0)).toEqual(['1:100', '3:100', '5:100'])
    scene.close()
  })
})
