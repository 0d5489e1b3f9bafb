import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { nextRoom } from '@duet/rules'
import { MemoryHub } from '../../hub/memory.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { Client } from './client.ts'

const OWNER = 7

function clientWith(access: RoomAccess) {
  const hub = new MemoryHub(silentLogger)
  const told: string[] = []
  const client = new Client({
    id: 'c1',
    ip: '192.0.2.1',
    hub,
    access,
    clock: new FakeClock(),
    limits: DIALECT_LIMITS,
    logger: silentLogger,
    send: (event, room) => told.push(`${event} ${room}`),
  })
  return { hub, told, client }
}

/** The owner comes, and answers whoever knocks. */
function answer(hub: MemoryHub, isAdmitted: boolean): void {
  const policy = { ...TALK_FOR_TWO, host: OWNER }
  const dialect = { name: 'native', leavesOffers: true, tellsHearing: true }
  const newcomer = { id: 'o', address: 'o', name: '', tag: 'o', dialect, user: OWNER }
  const update = (event: Parameters<typeof nextRoom>[1]) =>
    hub.update('lake', (room) => (room ? nextRoom({ ...room, policy }, event) : [room, []]))
  void update({ type: 'join', newcomer, wait: false, ref: 1 })
  void update({ type: 'admit', from: 'o', peer: 'c1', isAdmitted, ref: 2 })
}

describe('RM20 rooms that an account opened', () => {
  const knock: RoomAccess = () => ({ policy: { ...TALK_FOR_TWO, host: OWNER } })

  test('RM20 W5 one who knocks hears nothing until it is let in', () => {
    const { hub, told, client } = clientWith(knock)
    client.handleJoin('lake')
    client.handleMessage('lake', 'hello')
    expect(told).toEqual([])
    answer(hub, true)
    expect(told).toEqual(['joined lake'])
  })

  test('RM20 W4 one who is not let in is told full, and may knock again', () => {
    const { hub, told, client } = clientWith(knock)
    client.handleJoin('lake')
    answer(hub, false)
    client.handleJoin('lake')
    expect(told).toEqual(['full lake'])
  })

  test.each(['room-closed', 'not-allowed', 'unavailable'] as const)(
    'RM20 W2 %s is told as full',
    (refusal) => {
      const { told, client } = clientWith(() => ({ refusal }))
      client.handleJoin('lake')
      expect(told).toEqual(['full lake'])
    },
  )
})
