import { expect, test } from 'bun:test'
import { createLogger, silentLogger } from '@duet/base'
import { emptyRoom, nextRoom, type Dialect } from '@duet/rules'
import { TALK_FOR_TWO } from '../rooms/room-policy.ts'
import { describeHub } from './conformance.ts'
import { MemoryHub } from './memory.ts'

const DIALECT: Dialect = { name: 'test', leavesOffers: true, tellsHearing: true }

describeHub('memory', () =>
  Promise.resolve({
    hub: new MemoryHub(silentLogger),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }),
)

test('R12 the memory hub keeps no room in which nobody is', async () => {
  const hub = new MemoryHub(silentLogger)
  const newcomer = { id: 'A', address: 'a', name: '', tag: 't', dialect: DIALECT }
  await hub.update('lake', (room) =>
    nextRoom(room ?? emptyRoom(TALK_FOR_TWO), { type: 'join', newcomer, wait: false, ref: 0 }),
  )
  expect(hub.roomCount).toBe(1)
  for (const type of ['leave', 'connection-back', 'grace-over'] as const) {
    await hub.update('lake', (room) =>
      nextRoom(room ?? emptyRoom(TALK_FOR_TWO), { type, from: 'a' }),
    )
    expect(hub.roomCount).toBe(0)
  }
})

test('E4 the memory hub says in the log that a listener threw', async () => {
  const lines: string[] = []
  const hub = new MemoryHub(createLogger('error', ({ message }) => lines.push(message)))
  hub.subscribe('a', () => {
    throw new Error('bad listener')
  })
  await hub.update('lake', () => [undefined, [{ to: 'a', notice: { type: 'left' } }]])
  expect(lines).toEqual(['a hub listener threw'])
})
