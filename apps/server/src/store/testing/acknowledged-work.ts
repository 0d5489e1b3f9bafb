import { silentLogger, systemClock } from '@duet/base'
import { openStore } from '../open-store.ts'

/** One line for each thing that the store acknowledged. */
export type Acknowledged =
  | { type: 'user'; id: number; name: string }
  | { type: 'message'; id: number; clientId: string; from: number }
  | { type: 'call'; id: string; caller: number }

/**
 * Registers, writes and ends calls without end, among transactions that fail, and says what was
 * acknowledged; for a process that is killed meanwhile.
 */
async function work(dataDirectory: string, run: string): Promise<never> {
  const options = { database: 'sqlite', dataDirectory, clock: systemClock, logger: silentLogger }
  const store = await openStore(options)
  const register = (name: string) =>
    store.accounts.createUser({ name, displayName: '', passwordHash: '', isAdministrator: false })
  const { id: ann } = await register(`${run}-ann`)
  const { id: bob } = await register(`${run}-bob`)

  const registering = async () => {
    for (let i = 0; ; i++) {
      const { id, name } = await register(`${run}-${i}`)
      say({ type: 'user', id, name })
    }
  }
  // Each takes an id and gives it back.
  const failing = async () => {
    for (;;) await register(`${run}-ann`).catch(() => {})
  }
  const writing = async () => {
    for (let i = 0; ; i++) {
      const clientId = `${run}-${i}`
      const added = { from: ann, to: bob, body: clientId, sentAt: i, clientId }
      const { message } = await store.messages.add(added)
      say({ type: 'message', id: message.id, clientId, from: ann })
    }
  }
  const calling = async () => {
    for (let i = 0; ; i++) {
      const id = `${run}-call-${i}`
      await store.calls.begin({
        id,
        caller: ann,
        callee: bob,
        media: 'audio',
        startedAt: i,
        answeredAt: null,
        endedAt: null,
        reason: null,
        text: null,
        endedBy: null,
      })
      await store.calls.end(id, { endedAt: i, reason: 'cancelled', endedBy: ann })
      say({ type: 'call', id, caller: ann })
    }
  }
  return Promise.race([registering(), failing(), failing(), writing(), calling()])
}

function say(line: Acknowledged): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

if (import.meta.main) await work(Bun.argv[2] ?? '', Bun.argv[3] ?? '')
