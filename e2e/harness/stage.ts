import { afterAll, beforeAll, test } from 'bun:test'
import { keepArtifacts } from './artifacts.ts'
import {
  chromiumPath,
  launchChromium,
  type ChromiumOptions,
  type ChromiumPerson,
  type PersonOptions,
  type RunningChromium,
} from './chromium.ts'
import type { Person } from './person.ts'
import { newRoom } from './room.ts'
import { startServer, type RunningServer, type ServerOptions } from './server.ts'

export interface StageOptions {
  server?: ServerOptions
  chromium?: ChromiumOptions
}

/** What a test gets: a server, and people who leave when the test ends. */
export interface Scene {
  readonly server: RunningServer
  newPerson(options?: PersonOptions): Promise<ChromiumPerson>
  /** Someone from another browser, whose window is closed and photographed as the others' are. */
  add<Somebody extends Person>(person: Somebody): Somebody
  /** A room of one's own: a link with a key, on `origin` or the server's HTTP address. */
  newRoom(origin?: string): string
}

export interface Stage {
  test(name: string, play: (scene: Scene) => Promise<void>, timeoutMs?: number): void
}

const TEST_TIMEOUT_MS = 60_000
const HOOK_TIMEOUT_MS = 30_000

/**
 * Gives a test file one server and one Chromium, made before its tests and ended after them.
 * `options` may be a function, called when the first test is about to run. `missing` says, as
 * a sentence, why these tests cannot run here; they are skipped then.
 */
export function useStage(
  options: StageOptions | (() => StageOptions) = {},
  missing?: string,
): Stage {
  const reason = chromiumPath() ? missing : 'Chromium is not installed (apt-get install chromium).'
  let server: RunningServer
  let chromium: RunningChromium

  if (reason) console.log(`Skipped: ${reason}`)
  else {
    beforeAll(async () => {
      const resolved = typeof options === 'function' ? options() : options
      server = await startServer(resolved.server)
      chromium = await launchChromium({ isShell: true, ...resolved.chromium })
    }, HOOK_TIMEOUT_MS)
    afterAll(async () => {
      await chromium?.close()
      await server?.close()
    }, HOOK_TIMEOUT_MS)
  }

  return {
    test(name, play, timeoutMs = TEST_TIMEOUT_MS) {
      test.skipIf(reason !== undefined)(
        name,
        () => playScene(name, { server, chromium, play }),
        timeoutMs,
      )
    },
  }
}

async function playScene(
  name: string,
  parts: {
    server: RunningServer
    chromium: RunningChromium
    play: (scene: Scene) => Promise<void>
  },
): Promise<void> {
  const people: Person[] = []
  const add = <Somebody extends Person>(person: Somebody) => {
    people.push(person)
    return person
  }
  try {
    await parts.play({
      server: parts.server,
      newPerson: async (options) =>
        add(await parts.chromium.newPerson({ hasSmallCamera: true, ...options })),
      add,
      newRoom: (origin) => newRoom(origin ?? parts.server.http),
    })
  } catch (error) {
    console.log(`Kept in ${await keepArtifacts(name, people, parts.server)}`)
    throw error
  } finally {
    for (const person of people) await person.window.close().catch(() => undefined)
  }
}
