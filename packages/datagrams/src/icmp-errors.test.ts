import { describe, expect, test } from 'bun:test'
import { formatAddress, parseIp, type IpAddress, type TransportAddress } from '@duet/stun'
import { batchedDatagrams } from './batched-datagrams.ts'
import { bunDatagrams } from './bun-datagrams.ts'
import type { DatagramPort } from './datagrams.ts'
import { destinationOf, type Destination } from './destination.ts'
import type { IcmpError } from './icmp-error.ts'
import { loadLibC } from './libc.ts'

const CLOSED_PORT = { '127.0.0.1': '3/3', '::1': '1/4' } as const
type Host = keyof typeof CLOSED_PORT
const HOSTS = Object.keys(CLOSED_PORT) as Host[]

/** Where nobody listens. */
async function closedPort(ip: IpAddress): Promise<Destination> {
  const port = await bunDatagrams.bind({ ip, port: 0, onPacket() {} })
  port.close()
  return destinationOf(port.local)
}

/** A port that keeps the first byte of each datagram, and errors as `type/code info peer`. */
async function openScene(host: Host, onError = (_port: DatagramPort): void => {}) {
  const ip = parseIp(host) as IpAddress
  const errors: string[] = []
  const received: number[] = []
  const live: number[] = []
  let check = (): void => {}
  const port = await batchedDatagrams.bind({
    ip,
    port: 0,
    onDatagram(payload) {
      received.push(payload[0]!)
      check()
    },
    onIcmpError({ type, code, info }: IcmpError, to: TransportAddress) {
      errors.push(`${type}/${code} ${info} ${formatAddress(to)}`)
      onError(port)
      check()
    },
  })
  const peer = await batchedDatagrams.bind({
    ip,
    port: 0,
    onDatagram(payload) {
      live.push(payload[0]!)
      check()
    },
  })
  const until = (isTrue: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      check = () => (isTrue() ? resolve() : undefined)
      check()
    })
  const close = (): void => {
    port.close()
    peer.close()
  }
  const nobody = await closedPort(ip)
  return { port, peer, nobody, errors, received, live, until, close }
}

describe.skipIf(!loadLibC()).each(HOSTS)('ICMP errors of %s', (host) => {
  test('are told with the peer that they are about', async () => {
    const { port, nobody, errors, until, close } = await openScene(host)
    const other = await closedPort(nobody.ip)
    port.send(Uint8Array.of(1), nobody)
    await until(() => errors.length === 1)
    port.send(Uint8Array.of(1), other)
    await until(() => errors.length === 2)
    expect(errors).toEqual(
      [nobody, other].map(({ address }) => `${CLOSED_PORT[host]} 0 ${formatAddress(address)}`),
    )
    close()
  })

  test('cost no other peer a datagram, in either direction', async () => {
    const { port, peer, nobody, errors, received, live, until, close } = await openScene(host)
    const [there, back] = [destinationOf(peer.local), destinationOf(port.local)]
    for (let turn = 0; turn < 50; turn += 1) {
      for (let count = 0; count < 20; count += 1) {
        // Runs of one length, as those of a call, and single ones.
        for (let run = turn % 4; run > 0; run -= 1) port.send(Uint8Array.of(0), nobody)
        port.send(Uint8Array.of(turn), there)
        peer.send(Uint8Array.of(turn), back)
      }
      await Bun.sleep(0)
    }
    await until(() => live.length === 1000 && received.length === 1000)
    const all = Array.from({ length: 1000 }, (_, index) => Math.floor(index / 20))
    expect([live, received]).toEqual([all, all])
    expect(errors.length).toBeGreaterThan(0)
    // A long one leaves by another way, with an error before it.
    port.send(Uint8Array.of(0), nobody)
    expect(port.send(new Uint8Array(8000).fill(51), there)).toBe(true)
    await until(() => live.length === 1001)
    close()
  })

  test('ten thousand are read as they come, in bounded memory', async () => {
    const { port, peer, nobody, errors, live, until, close } = await openScene(host)
    const memory = process.memoryUsage().rss
    for (let turn = 0; turn < 100; turn += 1) {
      // Each is longer than the one before: they leave one by one.
      for (let bytes = 1; bytes <= 100; bytes += 1) port.send(new Uint8Array(bytes), nobody)
      await Bun.sleep(0)
    }
    port.send(Uint8Array.of(7), destinationOf(peer.local))
    await until(() => live.length === 1)
    expect(errors.length).toBeGreaterThan(1000)
    expect(errors.length).toBeLessThanOrEqual(10_000)
    expect(process.memoryUsage().rss - memory).toBeLessThan(64 * 1024 * 1024)
    close()
  })

  // Who is not root has a small buffer, which the errors fill.
  test.skipIf(process.getuid?.() !== 0)(
    'let datagrams through after so many, however many wait',
    async () => {
      const { port, peer, nobody, errors, received, until, close } = await openScene(host)
      // Nothing is read meanwhile.
      for (let count = 0; count < 2000; count += 1)
        port.send(new Uint8Array(1 + (count % 500)), nobody)
      peer.send(Uint8Array.of(1), destinationOf(port.local))
      await until(() => received.length === 1)
      const before = errors.length
      await until(() => errors.length > 1000)
      expect(before).toBeLessThanOrEqual(512)
      close()
    },
  )

  test('are told no more once it is closed', async () => {
    const { port, nobody, errors, until, close } = await openScene(host, (each) => each.close())
    for (let bytes = 1; bytes <= 100; bytes += 1) port.send(new Uint8Array(bytes), nobody)
    await until(() => errors.length > 0)
    // What waited at the one is over when another one heard of its own.
    const next = await openScene(host)
    next.port.send(Uint8Array.of(1), next.nobody)
    await next.until(() => next.errors.length === 1)
    expect(errors).toHaveLength(1)
    expect(port.send(Uint8Array.of(1), nobody)).toBe(false)
    next.close()
    close()
  })
})
