import { describe, expect, test } from 'bun:test'
import type { RecordedFileInfo, Recording } from '../recording-store.ts'
import type { StoreStage } from './stage.ts'

/** Recordings of calls. */
export function recordingsConformance(stage: StoreStage): void {
  const { clock, newUser } = stage
  let made = 0

  /** Begun a moment after the last one. */
  const begin = async (more: Partial<Recording> = {}): Promise<Recording> => {
    clock.advance(10)
    const recording: Recording = {
      id: `recording-${++made}`,
      keyDigest: 'd'.repeat(64),
      room: '湖',
      startedAt: clock.now(),
      endedAt: null,
      state: 'recording',
      fault: null,
      files: [],
      names: ['Ann 湖', ''],
      users: [],
      ...more,
    }
    await stage.store.recordings.begin(recording)
    return recording
  }

  describe('recordings', () => {
    test('are what was last written of them', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const recording = await begin({ users: [bob, ann, ann] })
      const both = [ann, bob].sort((one, other) => one - other)
      expect(await stage.store.recordings.byId(recording.id)).toEqual({ ...recording, users: both })
      const ended = {
        endedAt: clock.now() + 5,
        state: 'ready' as const,
        fault: 'disk-full',
        files: [file(3e9), file(0)],
      }
      expect(await stage.store.recordings.change(recording.id, { state: 'merging' })).toBe(true)
      expect(await stage.store.recordings.change(recording.id, ended)).toBe(true)
      expect(await stage.store.recordings.change(recording.id, {})).toBe(true)
      expect(await stage.store.recordings.byId(recording.id)).toEqual({
        ...recording,
        ...ended,
        users: both,
      })
      expect(await stage.store.recordings.change('none', { state: 'ready' })).toBe(false)
      expect(await stage.store.recordings.change('none', {})).toBe(false)
    })

    test('are listed for who was in them, latest first, page by page', async () => {
      const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
      const first = await begin({ users: [ann, bob] })
      const second = await begin({ users: [ann] })
      const third = await begin({ users: [bob, ann] })
      await begin()
      const { recordings } = stage.store
      expect(idsOf(await recordings.recordingsOf(bob, { limit: 9 }))).toEqual([third.id, first.id])
      expect(idsOf(await recordings.recordingsOf(ann, { limit: 2 }))).toEqual([third.id, second.id])
      const before = second.startedAt
      expect(idsOf(await recordings.recordingsOf(ann, { limit: 2, before }))).toEqual([first.id])
      expect(await recordings.recordingsOf(eve, { limit: 9 })).toEqual([])
      await stage.store.accounts.deleteUser(ann)
      expect(await recordings.recordingsOf(ann, { limit: 9 })).toEqual([])
      expect((await recordings.byId(third.id))?.users).toEqual([bob])
    })

    test('go away, oldest first, and never one that is made', async () => {
      const { recordings } = stage.store
      const before = (await recordings.bytesByOwner()).nobody
      const [long, short, running] = [await begin(), await begin(), await begin()]
      await recordings.change(short.id, { state: 'ready', endedAt: 10, files: [file(4e9)] })
      await recordings.change(long.id, { state: 'interrupted', endedAt: 20, files: [file(5e9)] })
      await recordings.change(running.id, { state: 'merging', endedAt: 5, files: [file(6e9)] })
      expect(idsOf(await recordings.oldest(2))).toEqual([short.id, long.id])
      expect(idsOf(await recordings.oldest(1))).toEqual([short.id])
      expect((await recordings.bytesByOwner()).nobody - before).toBe(15e9)
      expect(await recordings.delete(short.id)).toBe(true)
      expect(await recordings.delete(short.id)).toBe(false)
      expect(await recordings.byId(short.id)).toBeUndefined()
      expect((await recordings.bytesByOwner()).nobody - before).toBe(11e9)
    })

    test('of people with accounts are told apart from those of nobody', async () => {
      const { recordings } = stage.store
      const before = await recordings.bytesByOwner()
      const owned = await begin({ users: [await newUser(), await newUser()] })
      const [first, second] = [await begin(), await begin()]
      for (const [index, { id }] of [owned, first, second].entries()) {
        await recordings.change(id, { state: 'ready', endedAt: index - 9, files: [file(1e9)] })
      }
      expect(idsOf(await recordings.oldest(3))).toEqual([owned.id, first.id, second.id])
      expect(idsOf(await recordings.oldest(1, 'accounts'))).toEqual([owned.id])
      expect(idsOf(await recordings.oldest(2, 'nobody'))).toEqual([first.id, second.id])
      const after = await recordings.bytesByOwner()
      expect(after.accounts - before.accounts).toBe(1e9)
      expect(after.nobody - before.nobody).toBe(2e9)
      for (const { id } of [owned, first, second]) await recordings.delete(id)
    })

    test('are unfinished until they are made, and interrupted ones until they are merged', async () => {
      const { recordings } = stage.store
      const [running, merging, ready] = [await begin(), await begin(), await begin()]
      const [unmerged, merged, faulty] = [await begin(), await begin(), await begin()]
      const one = file(5)
      await recordings.change(merging.id, { state: 'merging', files: [one], fault: 'disk-full' })
      await recordings.change(ready.id, { state: 'ready', files: [one] })
      await recordings.change(unmerged.id, { state: 'interrupted', files: [one] })
      await recordings.change(merged.id, { state: 'interrupted', files: [one, file(0)] })
      await recordings.change(faulty.id, { state: 'interrupted', fault: 'no-ffmpeg', files: [one] })
      const own = new Set([running, merging, ready, unmerged, merged, faulty].map(({ id }) => id))
      const unfinished = idsOf(await recordings.unfinished()).filter((id) => own.has(id))
      expect(unfinished).toEqual([running.id, merging.id, unmerged.id])
    })
  })
}

function file(bytes: number): RecordedFileInfo {
  const name = `${'x'.repeat(40)}.webm`
  return { name, member: bytes > 0 ? 1 : null, bytes, durationMs: 61_000.5 }
}

function idsOf(recordings: readonly Recording[]): string[] {
  return recordings.map(({ id }) => id)
}
