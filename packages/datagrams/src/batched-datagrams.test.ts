import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { parseIp, type IpAddress } from '@duet/stun'
import { batchedDatagrams } from './batched-datagrams.ts'
import { destinationOf } from './destination.ts'
import { loadLibC } from './libc.ts'

const LOOPBACK = parseIp('127.0.0.1') as IpAddress

const openFiles = (): number => readdirSync('/proc/self/fd').length

test.skipIf(!loadLibC())('datagrams that wait together come in one moment', async () => {
  const moments: number[] = []
  const enough = Promise.withResolvers<void>()
  const receiver = await batchedDatagrams.bind({
    ip: LOOPBACK,
    port: 0,
    onPacket(packet) {
      moments.push(packet.moment)
      if (moments.length === 100) enough.resolve()
    },
  })
  const sender = await batchedDatagrams.bind({ ip: LOOPBACK, port: 0, onPacket() {} })
  const destination = destinationOf(receiver.local)
  for (let count = 0; count < 100; count += 1) sender.send(Uint8Array.of(count), destination)
  await enough.promise
  expect(new Set(moments).size).toBeLessThan(10)
  receiver.close()
  sender.close()
})

test.skipIf(!loadLibC())(
  'whatever waits at many sockets, others have their turn between',
  async () => {
    const SOCKETS = 20
    const EACH = 200
    const counts = new Map<number, number>()
    const received = () => [...counts.values()].reduce((sum, count) => sum + count, 0)
    const enough = Promise.withResolvers<void>()
    let atFirstTurn: number | undefined
    const receivers = await Promise.all(
      Array.from({ length: SOCKETS }, (_, socket) =>
        batchedDatagrams.bind({
          ip: LOOPBACK,
          port: 0,
          onPacket() {
            if (counts.size === 0) setImmediate(() => (atFirstTurn = received()))
            counts.set(socket, (counts.get(socket) ?? 0) + 1)
            if (received() === SOCKETS * EACH) enough.resolve()
          },
        }),
      ),
    )
    const sender = await batchedDatagrams.bind({ ip: LOOPBACK, port: 0, onPacket() {} })
    for (const { local } of receivers) {
      const destination = destinationOf(local)
      for (let count = 0; count < EACH; count += 1) sender.send(Uint8Array.of(count), destination)
    }
    await enough.promise
    expect([...counts.values()]).toEqual(Array<number>(SOCKETS).fill(EACH))
    expect(atFirstTurn).toBeGreaterThan(EACH)
    expect(atFirstTurn).toBeLessThan((SOCKETS * EACH * 3) / 4)
    for (const port of [...receivers, sender]) port.close()
  },
)

test.skipIf(!loadLibC())('with its last socket everything it opened is closed', async () => {
  const bind = () => batchedDatagrams.bind({ ip: LOOPBACK, port: 0, onPacket() {} })
  ;(await bind()).close()
  const before = openFiles()
  for (let round = 0; round < 3; round += 1) {
    const ports = await Promise.all([bind(), bind(), bind()])
    expect(openFiles()).toBeGreaterThan(before)
    for (const port of ports) port.close()
    expect(openFiles()).toBe(before)
  }
})

test.skipIf(!loadLibC())('a port that cannot be bound leaves nothing behind', async () => {
  const before = openFiles()
  const elsewhere = parseIp('192.0.2.254') as IpAddress
  const error = await batchedDatagrams
    .bind({ ip: elsewhere, port: 0, onPacket() {} })
    .catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'address-unavailable' })
  expect(openFiles()).toBe(before)
})
