import { expect, test } from 'bun:test'
import { createLogger, silentLogger } from '@duet/base'
import { nextPersons } from '@duet/rules'
import { MemoryPeopleHub } from './memory-people.ts'
import { describePeopleHub } from './people-conformance.ts'

describePeopleHub('memory', () =>
  Promise.resolve({
    hub: new MemoryPeopleHub(silentLogger),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }),
)

test('the memory hub keeps nobody without device and call', async () => {
  const hub = new MemoryPeopleHub(silentLogger)
  const device = { address: 'a', isAway: false, connectsEarly: true }
  await hub.update({
    user: 1,
    others: () => [],
    apply: (persons) =>
      nextPersons(persons, { type: 'attend', user: 1, device, doNotDisturb: false }),
  })
  expect(hub.size).toBe(1)
  for (let time = 0; time < 2; time++) {
    const gone = { type: 'device-gone', user: 1, address: 'a', isLost: true, at: 0 } as const
    await hub.update({ user: 1, others: () => [], apply: (persons) => nextPersons(persons, gone) })
    expect(hub.size).toBe(0)
  }
})

test('E4 the memory hub says in the log that a listener threw', async () => {
  const lines: string[] = []
  const hub = new MemoryPeopleHub(createLogger('error', ({ message }) => lines.push(message)))
  hub.watch(() => {
    throw new Error('bad watcher')
  })
  await hub.update({
    user: 1,
    others: () => [],
    apply: () => [[], [{ type: 'presence', user: 1, presence: 'online' }]],
  })
  expect(lines).toEqual(['a listener of people threw'])
})
