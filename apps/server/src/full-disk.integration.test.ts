import { afterAll, beforeAll, expect, test } from 'bun:test'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Installation } from './testing/installation.ts'
import { LostDatabaseScene } from './testing/lost-database-scene.ts'

const TIMEOUT_MS = 60_000

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('Skipped on a full disk: only root can mount a small one.\n')

const disk = mkdtempSync(join(tmpdir(), 'duet-full-'))
const filling = join(disk, 'filling')

beforeAll(async () => {
  if (isRoot) await Bun.$`mount -t tmpfs -o size=4m tmpfs ${disk}`
})
afterAll(async () => {
  if (isRoot) await Bun.$`umount -l ${disk}`
  rmSync(disk, { recursive: true })
})

test.skipIf(!isRoot)(
  'a server with a full disk says so, serves what it can, and goes on when there is space',
  async () => {
    const installation = await Installation.create(undefined, join(disk, 'data'))
    const server = await installation.start(['--host', '127.0.0.1', '--limits', 'off'])
    const scene = await LostDatabaseScene.create(server)
    await scene.writeUntilRefused(fill)
    await scene.expectReadsServed()
    await scene.expectWritesRefused()
    await scene.expectRestServed()
    rmSync(filling)
    await scene.expectBack()
    await scene.close()
  },
  TIMEOUT_MS,
)

/** Leaves no space. */
function fill(): void {
  const file = openSync(filling, 'w')
  expect(() => {
    for (;;) writeSync(file, new Uint8Array(4096))
  }).toThrow('ENOSPC')
  closeSync(file)
}
