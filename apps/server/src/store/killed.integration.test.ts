import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '@duet/base'
import { openStore } from './open-store.ts'
import type { Store } from './store.ts'
import type { Acknowledged } from './testing/acknowledged-work.ts'

const KILLS = process.env['DUET_LONG'] === '1' ? 200 : 10

const SCRIPT = join(import.meta.dir, 'testing/acknowledged-work.ts')

test('whatever was acknowledged before kill -9 is there, and once', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'duet-killed-'))
  for (let run = 0; run < KILLS; run++) {
    const acknowledged = await killedAfter(dataDirectory, `run-${run}`, 5 + Math.random() * 60)
    const store = await openStore({
      database: 'sqlite',
      dataDirectory,
      clock: systemClock,
      logger: silentLogger,
    })
    await expectAll(store, acknowledged)
    await expectNothingTwice(store)
    await store.close()
  }
  rmSync(dataDirectory, { recursive: true })
})

/** Lets a process work until it has said so many lines, kills it, and returns all it said. */
async function killedAfter(
  dataDirectory: string,
  run: string,
  lines: number,
): Promise<Acknowledged[]> {
  const child = Bun.spawn([process.execPath, SCRIPT, dataDirectory, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part
    if (text.split('\n').length > lines) child.kill('SIGKILL')
  }
  await child.exited
  const whole = text.slice(0, text.lastIndexOf('\n'))
  return whole.split('\n').map((line) => JSON.parse(line) as Acknowledged)
}

async function expectAll(store: Store, acknowledged: readonly Acknowledged[]): Promise<void> {
  const types = new Set(acknowledged.map(({ type }) => type))
  expect(types.size).toBeGreaterThan(0)
  for (const each of acknowledged) {
    if (each.type === 'user') {
      expect(await store.accounts.userById(each.id)).toMatchObject({ name: each.name })
    } else if (each.type === 'message') {
      const again = { from: each.from, to: null, body: '', sentAt: 0, clientId: each.clientId }
      const { message, isNew } = await store.messages.add(again)
      expect({ isNew, id: message.id, body: message.body }).toEqual({
        isNew: false,
        id: each.id,
        body: each.clientId,
      })
    } else {
      const call = await store.calls.callOf(each.caller, each.id)
      expect(call).toMatchObject({ reason: 'cancelled', endedBy: each.caller })
    }
  }
}

async function expectNothingTwice(store: Store): Promise<void> {
  const users = await store.accounts.users()
  expect(new Set(users.map(({ id }) => id)).size).toBe(users.length)
  expect(new Set(users.map(({ name }) => name)).size).toBe(users.length)
  const ann = users.find(({ name }) => name === 'run-0-ann')?.id ?? 0
  const bob = users.find(({ name }) => name === 'run-0-bob')?.id ?? 0
  const bodies = await store.messages.between(ann, bob, { limit: 10_000 })
  expect(new Set(bodies.map(({ body }) => body)).size).toBe(bodies.length)
}
