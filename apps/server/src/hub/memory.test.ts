import { expect, test } from 'bun:test'
import { createLogger, silentLogger } from '@duet/base'
import { emptyRoom, nextRoom } from '@duet/rules'
import { describeHub } from './conformance.ts'
import { MemoryHub } from './memory.ts'

const POLICY = { capacity: 2, maxWaiting: 0, maxKeptCandidates: 0 }

describeHub('memory', () =>
  Promise.resolve({
    hub: new MemoryHub(silentLogger),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }),
)

test('R12 the memory hub keeps no room in which nobody is', async () => {
  const hub = new MemoryHub(silentLogger)
  const newcomer = { id: 'A', address: 'a', name: '', tag: 't' }
  await hub.update('lake', (room) =>
    nextRoom(room ?? emptyRoom(POLICY), { type: 'join', newcomer, wait: false, ref: 0 }),
  )
  expect(hub.roomCount).toBe(1)
  for (const type of ['leave', 'connection-back', 'grace-over'] as const) {
    await hub.update('lake', (room) => nextRoom(room ?? emptyRoom(POLICY), { type, from: 'a' }))
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
