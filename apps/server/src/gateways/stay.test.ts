import { describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import type { Notice } from '@duet/rules'
import { MemoryHub } from '../hub/memory.ts'
import type { RoomVerdict } from '../rooms/access.ts'
import { TALK_FOR_TWO } from '../rooms/room-policy.ts'
import { Stay } from './stay.ts'

function stayIn(hub: MemoryHub, name: string, judge?: () => RoomVerdict | Promise<RoomVerdict>) {
  const notices: Notice[] = []
  const stay = new Stay({
    hub,
    key: 'lake',
    policy: TALK_FOR_TWO,
    newcomer: {
      id: name,
      address: name,
      name,
      tag: name,
      dialect: { name: 'plain', leavesOffers: false, tellsHearing: false },
    },
    logger: silentLogger,
    onNotice: (notice) => notices.push(notice),
    ...(judge && { judge }),
  })
  return { stay, notices, types: () => notices.map(({ type }) => type) }
}

describe('W1 K8 a join that is judged first', () => {
  test('W1 what is said meanwhile waits for it, in order', async () => {
    const hub = new MemoryHub(silentLogger)
    const ben = stayIn(hub, 'ben')
    ben.stay.join(false)
    const { promise, resolve } = Promise.withResolvers<RoomVerdict>()
    const ann = stayIn(hub, 'ann', () => promise)
    ann.stay.join(false)
    ann.stay.chat('one')
    ann.stay.chat('two')
    expect(ben.types()).toEqual(['joined'])
    resolve({ policy: TALK_FOR_TWO })
    await promise
    await Promise.resolve()
    expect(ben.types()).toEqual(['joined', 'peer-joined', 'chat', 'chat'])
    expect(ann.types()).toEqual(['joined'])
  })

  test('K8 a refusal is told, and the room is as it was', async () => {
    const hub = new MemoryHub(silentLogger)
    const ann = stayIn(hub, 'ann', () => Promise.resolve({ refusal: 'not-allowed' }))
    ann.stay.join(true)
    await Promise.resolve()
    await Promise.resolve()
    expect(ann.notices).toEqual([{ type: 'refused', code: 'not-allowed', ref: 0 }])
    expect(hub.roomCount).toBe(0)
  })

  test('W1 one who is gone meanwhile leaves nothing behind', async () => {
    const hub = new MemoryHub(silentLogger)
    const { promise, resolve } = Promise.withResolvers<RoomVerdict>()
    const ann = stayIn(hub, 'ann', () => promise)
    ann.stay.join(false)
    ann.stay.close()
    resolve({ policy: TALK_FOR_TWO })
    await promise
    await Promise.resolve()
    expect([ann.notices, hub.roomCount]).toEqual([[], 0])
  })

  test('W3 the policy that is right now is brought by whoever joins', () => {
    const hub = new MemoryHub(silentLogger)
    const ben = stayIn(hub, 'ben', () => ({ policy: TALK_FOR_TWO }))
    ben.stay.join(false)
    const ann = stayIn(hub, 'ann', () => ({ policy: { ...TALK_FOR_TWO, host: 7 } }))
    ann.stay.join(false)
    expect([ben.types(), ann.types()]).toEqual([['joined'], ['knocking']])
  })
})
