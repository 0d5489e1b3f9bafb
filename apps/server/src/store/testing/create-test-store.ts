import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock, type Clock } from '@duet/base'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'

/** An empty store of its own, which is gone after `close()`. For tests. */
export async function createTestStore(clock: Clock = systemClock): Promise<Store> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'duet-store-'))
  const store = await openStore({ database: 'sqlite', dataDirectory, clock, logger: silentLogger })
  return {
    ...store,
    async close() {
      await store.close()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}
