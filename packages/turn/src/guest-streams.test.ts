import { expect, test } from 'bun:test'
import { StreamFramer } from '@duet/stun'
import { TurnClient } from './testing/turn-client.ts'
import { World } from './testing/world.ts'
import type { StreamOrigin } from './guest-streams.ts'

const ORIGIN: StreamOrigin = { transport: 'tls', address: '8.0.0.1', port: 1000 }

/** Hands a connection over, and plays its client. */
function handOver(world: World, origin: StreamOrigin) {
  const socket = {
    isTerminated: false,
    write(bytes: Uint8Array): number {
      framer.push(bytes.slice())
      return bytes.length
    },
    terminate() {
      socket.isTerminated = true
    },
  }
  const stream = world.server.accept(socket, origin)
  const client: TurnClient = new TurnClient({
    username: 'ann',
    password: 'secret',
    isStream: true,
    send: (bytes) => stream?.handleData(bytes),
  })
  const framer = new StreamFramer({
    maxFrameBytes: 70_000,
    lastChannel: 0x4fff,
    onFrame: (bytes, start, end) => client.handle(bytes.subarray(start, end)),
  })
  return { socket, stream, client }
}

test('a connection that was handed over allocates as any other, and its end ends that', async () => {
  const world = await World.create()
  const { stream, client } = handOver(world, ORIGIN)
  await client.allocate()
  const { connections, allocations } = await world.server.stats()
  expect([connections, allocations.open]).toEqual([1, 1])
  stream?.handleClose()
  stream?.handleClose()
  expect(await world.server.stats()).toMatchObject({ connections: 0, allocations: { open: 0 } })
  await world.server.close()
  expect(world.clock.pending).toBe(0)
})

test('one that allocates nothing is ended in time', async () => {
  const world = await World.create({ limits: { unauthenticatedMs: 10_000 } })
  const { socket } = handOver(world, ORIGIN)
  world.clock.advance(9_000)
  expect(socket.isTerminated).toBe(false)
  world.clock.advance(2_000)
  expect(socket.isTerminated).toBe(true)
  await world.server.close()
})

test('the limits hold: of one address, and of everybody', async () => {
  const world = await World.create({ limits: { connections: 3, connectionsPerAddress: 2 } })
  const accepts = (address: string) => handOver(world, { ...ORIGIN, address }).stream !== undefined
  expect([accepts('8.0.0.1'), accepts('8.0.0.1'), accepts('8.0.0.1')]).toEqual([true, true, false])
  expect([accepts('8.0.0.2'), accepts('8.0.0.3')]).toEqual([true, false])
  expect(accepts('no address')).toBe(false)
  await world.server.close()
  expect((await world.server.stats()).connections).toBe(0)
})

test('the end of the server ends them', async () => {
  const world = await World.create()
  const { socket } = handOver(world, { ...ORIGIN, transport: 'tcp' })
  await world.server.close()
  await world.server.close()
  expect(socket.isTerminated).toBe(true)
})
