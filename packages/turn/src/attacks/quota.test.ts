import { describe, expect, test } from 'bun:test'
import { ATTRIBUTE, ipFromBits } from '@duet/stun'
import { usersAuthenticator } from '../authenticator.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { AllocationQuota } from '../quota.ts'
import { NO_LIFETIME } from '../testing/forge.ts'
import { UDP_TRANSPORT, type TurnClient } from '../testing/turn-client.ts'
import { SERVER_IP, World } from '../testing/world.ts'

describe('attack 14: the quota is given back exactly once', () => {
  const ways: [string, (world: World, client: TurnClient) => Promise<unknown>][] = [
    ['Refresh with 0', (_world, client) => client.refresh(NO_LIFETIME)],
    [
      'Refresh with 0, twice',
      async (_world, client) => {
        await client.refresh(NO_LIFETIME)
        await client.refresh(NO_LIFETIME)
      },
    ],
    ['expiry', async (world) => world.clock.advance(601_000)],
  ]
  test.each(ways)('after %s', async (_name, end) => {
    const world = await World.create({ limits: { allocationsPerUser: 2 } })
    for (let round = 0; round < 5; round += 1) {
      const client = world.client(`8.0.0.1:${1000 + round}`)
      await client.allocate()
      await end(world, client)
    }
    await world.client('8.0.0.1:1').allocate()
    await world.client('8.0.0.1:2').allocate()
    expect(await world.client('8.0.0.1:3').tryAllocate()).toBe(486)
  })

  test('after an Allocate that found no port', async () => {
    const world = await World.create({
      limits: { allocationsPerUser: 1 },
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_000 },
    })
    world.network.peer(`${SERVER_IP}:50000`)
    const client = world.client()
    for (let round = 0; round < 3; round += 1) {
      expect(await client.tryAllocate()).toBe(508)
    }
    expect(await world.stats()).toMatchObject({ relays: 0, allocations: { open: 0 } })
  })

  test('and reserved ports count, so that they cannot be hoarded', async () => {
    const world = await World.create({ limits: { allocationsPerUser: 4 } })
    const pair = [UDP_TRANSPORT, { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }]
    await world.client('8.0.0.1:1').allocate(pair)
    await world.client('8.0.0.1:2').allocate(pair)
    expect(await world.client('8.0.0.1:3').tryAllocate(pair)).toBe(486)
    world.clock.advance(31_000)
    await world.client('8.0.0.1:4').allocate(pair)
  })

  test('a shared login has a quota at each address', async () => {
    const users = new Map([['page', 'secret']])
    const world = await World.create({
      limits: { allocationsPerUser: 1 },
      authenticate: usersAuthenticator(users, { areShared: true }),
    })
    await world.client('8.0.0.1:1', 'page').allocate()
    expect(await world.client('8.0.0.1:2', 'page').tryAllocate()).toBe(486)
    await world.client('8.0.0.2:1', 'page').allocate()
  })

  test('by user, by address and in total', () => {
    const limits = {
      ...DEFAULT_LIMITS,
      allocations: 5,
      allocationsPerUser: 2,
      allocationsPerAddress: 3,
    }
    const quota = new AllocationQuota(limits)
    const take = (userId: string, host: number) => quota.take({ userId, ip: ipFromBits(host) })
    const taken = [take('ann', 1), take('ann', 1), take('bob', 1)]
    expect(take('ann', 2)).toBeUndefined()
    expect(take('eve', 1)).toBeUndefined()
    taken.push(take('eve', 2), take('eve', 3))
    expect(take('zoe', 4)).toBeUndefined()
    for (const release of [...taken, ...taken]) release?.()
    expect([quota.total, quota.tracked]).toEqual([0, 0])
  })
})
