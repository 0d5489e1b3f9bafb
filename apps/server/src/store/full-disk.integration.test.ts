import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '@duet/base'
import { openStore } from './open-store.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('Skipped on a full disk: only root can mount a small one.\n')

test.skipIf(!isRoot)('a full disk refuses writes, and takes them when there is space', async () => {
  const disk = mkdtempSync(join(tmpdir(), 'duet-full-'))
  await Bun.$`mount -t tmpfs -o size=2m tmpfs ${disk}`
  const store = await openStore({
    database: 'sqlite',
    dataDirectory: disk,
    clock: systemClock,
    logger: silentLogger,
  })
  try {
    writeFileSync(join(disk, 'filling'), new Uint8Array(1_000_000))
    await store.settings.set('before', 'kept')
    const taken: string[] = []
    let refusal: unknown
    for (let i = 0; refusal === undefined; i++) {
      const name = `big-${i}`
      refusal = await store.settings.set(name, 'x'.repeat(50_000)).then(
        () => void taken.push(name),
        (error: unknown) => error,
      )
    }
    expect(refusal).toMatchObject({ code: 'unavailable' })
    expect(await store.settings.get('before')).toBe('kept')
    rmSync(join(disk, 'filling'))
    await store.settings.set('after', 'x'.repeat(50_000))
    for (const name of [...taken, 'after']) {
      expect(await store.settings.get(name)).toHaveLength(50_000)
    }
    expect(await store.settings.get(`big-${taken.length}`)).toBeUndefined()
  } finally {
    await store.close()
    await Bun.$`umount ${disk}`
    rmSync(disk, { recursive: true })
  }
})
