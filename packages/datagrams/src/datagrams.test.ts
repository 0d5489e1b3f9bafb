import { describe, expect, test } from 'bun:test'
import { DuetError } from '@duet/base'
import { formatAddress, parseIp, portOf, type IpAddress } from '@duet/stun'
import { batchedDatagrams } from './batched-datagrams.ts'
import { bunDatagrams } from './bun-datagrams.ts'
import type { DatagramNetwork, DatagramPort } from './datagrams.ts'
import { destinationOf } from './destination.ts'
import { FakeDatagrams } from './fake-datagrams.ts'
import { loadLibC } from './libc.ts'
import { Packet } from './packet.ts'

/** A bound port that keeps what it receives. */
interface Inbox {
  port: DatagramPort
  /** As `from: text`. */
  received: string[]
  /** Resolves when so many have been received. */
  until: (count: number) => Promise<void>
}

async function openInbox(network: DatagramNetwork, ip: IpAddress, port = 0): Promise<Inbox> {
  const received: string[] = []
  let check = (): void => {}
  const onDatagram = (payload: Uint8Array, from: Parameters<typeof formatAddress>[0]): void => {
    received.push(`${formatAddress(from)}: ${new TextDecoder().decode(payload)}`)
    check()
  }
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      check = () => (received.length >= count ? resolve() : undefined)
      check()
    })
  return { port: await network.bind({ ip, port, onDatagram }), received, until }
}

function send(from: Inbox, to: Inbox, text: string): boolean {
  return from.port.send(new TextEncoder().encode(text), destinationOf(to.port.local))
}

describe.each<[string, () => DatagramNetwork, string]>([
  ['memory, IPv4', () => new FakeDatagrams(), '127.0.0.1'],
  ['memory, IPv6', () => new FakeDatagrams(), '::1'],
  ['Bun, IPv4', () => bunDatagrams, '127.0.0.1'],
  ['Bun, IPv6', () => bunDatagrams, '::1'],
  ['batched, IPv4', () => batchedDatagrams, '127.0.0.1'],
  ['batched, IPv6', () => batchedDatagrams, '::1'],
])('every packet path: %s', (_name, createNetwork, host) => {
  const ip = parseIp(host) as IpAddress

  test('carries datagrams both ways, in order, empty ones too', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    for (const text of ['one', '', 'three']) expect(send(ann, bob, text)).toBe(true)
    await bob.until(3)
    const from = formatAddress(ann.port.local)
    expect(bob.received).toEqual([`${from}: one`, `${from}: `, `${from}: three`])
    send(bob, ann, 'back')
    await ann.until(1)
    expect(ann.received).toEqual([`${formatAddress(bob.port.local)}: back`])
    ann.port.close()
    bob.port.close()
  })

  test('tells several senders apart', async () => {
    const network = createNetwork()
    const target = await openInbox(network, ip)
    const senders = [await openInbox(network, ip), await openInbox(network, ip)]
    for (const text of ['a', 'b']) for (const sender of senders) send(sender, target, text)
    await target.until(4)
    const expected = senders.flatMap(({ port }) =>
      ['a', 'b'].map((text) => `${formatAddress(port.local)}: ${text}`),
    )
    expect(target.received.toSorted()).toEqual(expected.toSorted())
    for (const { port } of [target, ...senders]) port.close()
  })

  test('the sender may use its buffer again at once', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    const buffer = new TextEncoder().encode('first')
    ann.port.send(buffer, destinationOf(bob.port.local))
    buffer.fill(0x78)
    await bob.until(1)
    expect(bob.received[0]).toEndWith(': first')
    ann.port.close()
    bob.port.close()
  })

  test('a steady stream arrives whole and in order, long datagrams as well', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    const from = formatAddress(ann.port.local)
    const sent: string[] = []
    for (let turn = 0; turn < 40; turn += 1) {
      const texts = Array.from({ length: 10 }, (_, index) => `${turn}/${index}`)
      if (turn % 10 === 9) texts.push('x'.repeat(30_000))
      for (const text of texts) send(ann, bob, text)
      sent.push(...texts)
      await Bun.sleep(1)
    }
    await bob.until(sent.length)
    expect(bob.received).toEqual(sent.map((text) => `${from}: ${text}`))
    ann.port.close()
    bob.port.close()
  })

  test('what came is passed on from where it lies, with another header, at any length', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    const exit = await network.bind({ ip, port: 0, onPacket() {} })
    const toBob = destinationOf(bob.port.local)
    const onPacket = (packet: Packet): void => {
      // Off with the first byte; a longer header before, and padding behind.
      packet.start += 1
      packet.pad(-packet.length & 3)
      packet.prepend(3)
      packet.bytes.set([0x61, 0x62, 0x63], packet.start)
      exit.sendPacket(packet, toBob)
    }
    const middle = await network.bind({ ip, port: 0, onPacket })
    const lengths = [0, 1, 2, 3, 4, 1000, 2047, 2048, 2049, 2051, 30_000, 7]
    for (const length of lengths) {
      const text = `-${'x'.repeat(length)}`
      ann.port.send(new TextEncoder().encode(text), destinationOf(middle.local))
    }
    await bob.until(lengths.length)
    const from = formatAddress(exit.local)
    const passedOn = (length: number): string =>
      `${from}: abc${'x'.repeat(length)}${'\0'.repeat(-length & 3)}`
    expect(bob.received).toEqual(lengths.map(passedOn))
    for (const port of [ann.port, bob.port, middle, exit]) port.close()
    expect(exit.sendPacket(new Packet(), toBob)).toBe(false)
  })

  test('what is passed on to several keeps the order of each', async () => {
    const network = createNetwork()
    const ann = await openInbox(network, ip)
    const inboxes = [await openInbox(network, ip), await openInbox(network, ip)]
    const exits = await Promise.all(inboxes.map(() => network.bind({ ip, port: 0, onPacket() {} })))
    const destinations = inboxes.map(({ port }) => destinationOf(port.local))
    const onPacket = (packet: Packet): void => {
      const to = packet.bytes[packet.start]! % 2
      exits[to]!.sendPacket(packet, destinations[to]!)
    }
    const middle = await network.bind({ ip, port: 0, onPacket })
    for (let turn = 0; turn < 10; turn += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const payload = new TextEncoder().encode(`${digit}${turn}`)
        ann.port.send(payload, destinationOf(middle.local))
      }
      await Bun.sleep(1)
    }
    for (const [parity, inbox] of inboxes.entries()) {
      await inbox.until(50)
      const from = formatAddress(exits[parity]!.local)
      const digits = [0, 2, 4, 6, 8].map((digit) => digit + parity)
      const sent = Array.from({ length: 10 }, (_, turn) =>
        digits.map((digit) => `${from}: ${digit}${turn}`),
      )
      expect(inbox.received).toEqual(sent.flat())
    }
    for (const port of [ann.port, middle, ...exits]) port.close()
    for (const { port } of inboxes) port.close()
  })

  test('one that is closed while a stream comes hears nothing more', async () => {
    const network = createNetwork()
    const ann = await openInbox(network, ip)
    let heard = 0
    const onDatagram = (): void => {
      heard += 1
      if (heard === 200) port.close()
    }
    const port = await network.bind({ ip, port: 0, onDatagram })
    const destination = destinationOf(port.local)
    for (let turn = 0; turn < 40; turn += 1) {
      for (let count = 0; count < 10; count += 1) ann.port.send(Uint8Array.of(count), destination)
      await Bun.sleep(1)
    }
    expect(heard).toBe(200)
    ann.port.close()
  })

  test('a port in use is refused with its code, until it is closed', async () => {
    const network = createNetwork()
    const first = await openInbox(network, ip)
    const port = portOf(first.port.local)
    const error = await openInbox(network, ip, port).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(DuetError)
    expect((error as DuetError).code).toBe('port-in-use')
    first.port.close()
    first.port.close()
    const second = await openInbox(network, ip, port)
    expect(portOf(second.port.local)).toBe(port)
    second.port.close()
  })

  test('who is gone costs nobody else a datagram', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    const carol = await openInbox(network, ip)
    const nobody = destinationOf(bob.port.local)
    bob.port.close()
    // An odd number, so that what waits to leave ends with one or the other.
    send(ann, carol, 'first')
    for (let turn = 0; turn < 100; turn += 1) {
      ann.port.send(Uint8Array.of(1), nobody)
      send(ann, carol, String(turn))
    }
    send(ann, carol, 'last')
    while (!carol.received.at(-1)?.endsWith('last')) await carol.until(carol.received.length + 1)
    expect(carol.received).toHaveLength(102)
    for (const { port } of [ann, carol]) port.close()
  })

  test('an ICMP error is told with the peer that it is about, or not at all', async () => {
    const network = createNetwork()
    const [bob, carol] = [await openInbox(network, ip), await openInbox(network, ip)]
    const nobody = destinationOf(bob.port.local)
    bob.port.close()
    const told = Promise.withResolvers<string>()
    const port = await network.bind({
      ip,
      port: 0,
      onDatagram() {},
      onIcmpError: ({ type, code }, to) => told.resolve(`${type}/${code} ${formatAddress(to)}`),
    })
    port.send(Uint8Array.of(1), nobody)
    if (network === batchedDatagrams && loadLibC()) {
      const closed = host === '::1' ? '1/4' : '3/3'
      expect(await told.promise).toBe(`${closed} ${formatAddress(nobody.address)}`)
    } else {
      port.send(new TextEncoder().encode('after it'), destinationOf(carol.port.local))
      await carol.until(1)
      expect(await Promise.race([told.promise, Bun.sleep(0)])).toBeUndefined()
    }
    for (const each of [port, carol.port]) each.close()
  })

  test('what cannot be sent is a lost datagram, not an error', async () => {
    const network = createNetwork()
    const [ann, bob] = [await openInbox(network, ip), await openInbox(network, ip)]
    const nobody = destinationOf(bob.port.local)
    bob.port.close()
    // Nobody is there: an ICMP error may come back, and must not end anything.
    for (let turn = 0; turn < 3; turn += 1) ann.port.send(Uint8Array.of(1), nobody)
    expect(ann.port.send(new Uint8Array(70_000), nobody)).toBe(false)
    const carol = await openInbox(network, ip)
    while (carol.received.length === 0) {
      send(ann, carol, 'still here')
      await Promise.race([carol.until(1), Bun.sleep(20)])
    }
    ann.port.close()
    expect(send(ann, carol, 'closed')).toBe(false)
    carol.port.close()
  })
})
