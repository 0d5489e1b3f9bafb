import { afterEach, expect } from 'bun:test'
import { World, type WorldOptions } from './world.ts'

/** Opens worlds for the tests of one file; each is closed after its test, and must leave nothing. */
export function worldsForTests(): (options?: WorldOptions) => Promise<World> {
  const worlds: World[] = []
  afterEach(() => {
    for (const world of worlds.splice(0)) {
      world.close()
      expect({ timers: world.clock.pending, open: world.server.sessions() }).toEqual({
        timers: 0,
        open: [],
      })
    }
  })
  return async (options) => {
    const world = await World.open(options)
    worlds.push(world)
    return world
  }
}

/** What the packets of test clients were filled with. */
export function contents(packets: readonly Uint8Array[]): number[] {
  return packets.map((packet) => {
    const view = new DataView(packet.buffer, packet.byteOffset)
    return view.getUint32(packet.length - 20)
  })
}

/** The numbers from 0 on. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
