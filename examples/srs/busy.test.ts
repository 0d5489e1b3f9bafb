import { expect, test } from 'bun:test'
import { whileBusy } from './busy.ts'
import { StreamError } from './srs-api.ts'

const BUSY = new StreamError(5020, 'Somebody else publishes this stream.')

/** Tries to publish where the attempts end as `outcomes` say; resolves with what came of it. */
async function publish(outcomes: (string | Error)[], isWanted = () => true): Promise<unknown[]> {
  const said: unknown[] = []
  const attempt = (): Promise<string> => {
    const outcome = outcomes.shift() ?? BUSY
    return typeof outcome === 'string' ? Promise.resolve(outcome) : Promise.reject(outcome)
  }
  const options = { onBusy: () => said.push('busy'), isWanted, wait: () => Promise.resolve() }
  said.push(await whileBusy(attempt, options).catch((error: unknown) => error))
  return said
}

test('a stream that is free is published at once', async () => {
  expect(await publish(['sent'])).toEqual(['sent'])
})

test('a busy one is tried again until it is free', async () => {
  expect(await publish([BUSY, BUSY, 'sent'])).toEqual(['busy', 'busy', 'sent'])
})

test('one that stays busy is given up', async () => {
  const said = await publish([])
  expect(said.at(-1)).toBe(BUSY)
  expect(said).toHaveLength(10)
})

test('nothing else is tried again', async () => {
  const refused = new StreamError(400, 'no')
  expect(await publish([refused])).toEqual([refused])
})

test('nobody waits for what is not wanted any more', async () => {
  expect(await publish([BUSY], () => false)).toEqual([BUSY])
})
