import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@duet/base'
import { storeConformance } from './conformance.ts'
import { openStore } from './open-store.ts'

const dataDirectory = mkdtempSync(join(tmpdir(), 'duet-sqlite-'))
afterAll(() => rmSync(dataDirectory, { recursive: true }))

storeConformance('SQLite', (clock, people = 'everyone') =>
  openStore({ database: 'sqlite', dataDirectory, people, clock, logger: silentLogger }),
)
