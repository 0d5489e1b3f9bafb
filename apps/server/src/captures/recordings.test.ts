import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../testing/until.ts'
import type { Recording } from '../store/recording-store.ts'
import {
  GROWTH_WATCH_MS,
  KEPT_AT_LEAST_MS,
  MAX_CAPTURE_MS,
  MAX_WAITING_MERGES,
  RESERVE_BYTES,
  RETENTION_MS,
  WATCH_MS,
} from './limits.ts'
import type { CaptureStart } from './capture-control.ts'
import { newRecordingKey } from './recording-key.ts'
import { CaptureStage } from './testing/capture-stage.ts'

const HOUR_MS = 3_600_000
let stage: CaptureStage
afterEach(() => stage.close())

const folders = () => readdirSync(join(stage.data, 'recordings')).sort()

/** What is deleted is renamed first, and goes a moment later. */
async function untilFolders(expected: readonly string[]): Promise<void> {
  await until(() => folders().join(' ') === expected.join(' '))
}
const stateOf = async (id: string) => (await stage.store.recordings.byId(id))?.state
const deletions = () =>
  stage.logs
    .filter(({ message }) => message === 'a recording was deleted')
    .map(({ level, fields }) => [level, fields['recording'], fields['reason']])

/** A recording to its very end. */
async function made(more: Partial<CaptureStart> = {}): Promise<string> {
  const { id } = await stage.record(more)
  await until(() => stage.tools.merges.length > 0)
  stage.tools.merges.shift()?.finish()
  await stage.merged(id)
  return id
}

describe('merging', () => {
  test('RE2 both are merged, one recording after the other, and progress is known', async () => {
    stage = await CaptureStage.open()
    const [first, second] = [await stage.record(), await stage.record({ room: 'sea' })]
    await until(() => stage.tools.merges.length === 1)
    const [merge] = stage.tools.merges
    expect(merge?.options.inputs.map(({ parts }) => parts.map(({ path }) => path))).toEqual([
      [join(stage.data, 'recordings', first.id, '1.webm')],
      [join(stage.data, 'recordings', first.id, '2.webm')],
    ])
    merge?.options.onProgress?.(0.25)
    expect(stage.recordings.progressOf(first.id)).toBe(0.25)
    await until(() => stage.recordings.progressOf(second.id) === 0)
    expect(stage.tools.merges).toHaveLength(1)
    merge?.finish()
    await stage.merged(first.id)
    expect(stage.recordings.progressOf(first.id)).toBeUndefined()
    const kept = await stage.store.recordings.byId(first.id)
    expect(kept?.files.map(({ name, member }) => [name, member])).toEqual([
      ['1.webm', 0],
      ['2.webm', 1],
      ['both.mp4', null],
    ])
    await until(() => stage.tools.merges.length === 2)
  })

  test('RE2 without ffmpeg, and where it fails, the members’ files are all there is', async () => {
    stage = await CaptureStage.open()
    stage.tools.ffmpeg = undefined
    const none = await stage.record()
    await stage.merged(none.id)
    expect(await stage.store.recordings.byId(none.id)).toMatchObject({
      fault: 'no-ffmpeg',
      files: [{ name: '1.webm' }, { name: '2.webm' }],
    })
    stage.tools.ffmpeg = { path: 'ffmpeg', version: '5', encoders: new Set() }
    const failing = await stage.record()
    await until(() => stage.tools.merges.length === 1)
    stage.tools.merges[0]?.fail('ffmpeg-failed')
    await stage.merged(failing.id)
    expect(await stage.store.recordings.byId(failing.id)).toMatchObject({ fault: 'ffmpeg-failed' })
  })

  test('RE2 a disk without space for it is not tried, and asked when its turn comes', async () => {
    stage = await CaptureStage.open()
    const [first, second] = [await stage.record(), await stage.record({ room: 'sea' })]
    await until(() => stage.recordings.progressOf(second.id) === 0)
    stage.directory.freeBytes = () => Promise.resolve(1)
    stage.tools.merges[0]?.finish()
    await stage.merged(first.id)
    await stage.merged(second.id)
    const { fault, files } = (await stage.store.recordings.byId(second.id))!
    expect([fault, files.map(({ name }) => name)]).toEqual(['no-merge-space', ['1.webm', '2.webm']])
    expect(stage.tools.merges).toHaveLength(1)
  })

  test('RE2 a disk that fills up meanwhile ends it, and the members’ files stay', async () => {
    stage = await CaptureStage.open()
    const { id } = await stage.record()
    await until(() => stage.tools.merges.length === 1)
    stage.directory.freeBytes = () => Promise.resolve(RESERVE_BYTES - 1)
    stage.clock.advance(WATCH_MS)
    await stage.merged(id)
    const { fault, files } = (await stage.store.recordings.byId(id))!
    expect([fault, files.map(({ name }) => name)]).toEqual(['no-merge-space', ['1.webm', '2.webm']])
  })

  test('RE2 what is put off as too many wait is taken up when half of them are done', async () => {
    stage = await CaptureStage.open()
    const ids: string[] = []
    for (let index = 0; index < MAX_WAITING_MERGES + 1; index += 1) {
      ids.push((await stage.record({ room: `room-${index}` })).id)
    }
    const isWaiting = (id = '') => stage.recordings.progressOf(id) !== undefined
    await until(() => isWaiting(ids[MAX_WAITING_MERGES - 1]))
    expect(isWaiting(ids[MAX_WAITING_MERGES])).toBe(false)
    for (let index = 0; index < MAX_WAITING_MERGES / 2; index += 1) {
      await until(() => stage.tools.merges.length === index + 1)
      stage.tools.merges[index]?.finish()
    }
    await until(() => isWaiting(ids[MAX_WAITING_MERGES]))
    await until(() => ids.filter(isWaiting).length === MAX_WAITING_MERGES / 2 + 1)
  })

  test('RE2 what is deleted is merged no longer', async () => {
    stage = await CaptureStage.open()
    const [first, second] = [await stage.record(), await stage.record()]
    await until(() => stage.tools.merges.length === 1)
    await until(() => stage.recordings.progressOf(second.id) !== undefined)
    expect(await stage.recordings.delete(second.id)).toBe(true)
    expect(await stage.recordings.delete(first.id)).toBe(true)
    expect(await stage.recordings.delete(first.id)).toBe(false)
    await untilFolders([])
    const third = await stage.record()
    await until(() => stage.tools.merges.length === 2)
    expect(stage.tools.merges[1]?.options.output).toContain(third.id)
  })

  test('RE2 the close puts it off to the next start', async () => {
    stage = await CaptureStage.open()
    const { id } = await stage.record()
    await until(() => stage.tools.merges.length === 1)
    await stage.service.close()
    expect(await stateOf(id)).toBe('merging')
  })
})

describe('retention', () => {
  test('RE5 what is too old goes, with its files, and the log says so', async () => {
    stage = await CaptureStage.open({ keepMs: HOUR_MS })
    const old = await made()
    stage.clock.advance(HOUR_MS / 2)
    const young = await made()
    expect(stage.recordings.expiryOf((await stage.store.recordings.byId(young))!)).toBe(
      stage.clock.now() + HOUR_MS,
    )
    stage.clock.advance(RETENTION_MS / 2)
    await until(() => deletions().length > 0)
    expect(deletions()).toEqual([['info', old, '--recordings-keep']])
    await untilFolders([young])
  })

  test('RE5 RE13 what is too much goes, the oldest first, and none that is made', async () => {
    stage = await CaptureStage.open({ maxBytes: 80 })
    const first = await made()
    stage.clock.advance(1)
    const second = await made()
    stage.clock.advance(KEPT_AT_LEAST_MS)
    await untilFolders([first, second].sort())
    const third = await made()
    await until(() => deletions().length > 0)
    expect(deletions()).toEqual([['info', first, '--recordings-max']])
    const unmerged = await stage.record()
    await stage.recordings.sweep()
    await untilFolders([third, unmerged.id].sort())
    expect(await stateOf(unmerged.id)).toBe('merging')
  })

  const ONE_WITH_AN_ACCOUNT = [
    { id: 'ann', stream: 'ann', name: 'Ann', user: 4 },
    { id: 'ben', stream: 'ben', name: '' },
  ]

  test('RE13 what is being made counts, and pushes out older ones', async () => {
    stage = await CaptureStage.open({ maxBytes: 78 })
    const old = await made()
    stage.clock.advance(1)
    const younger = await made()
    stage.clock.advance(KEPT_AT_LEAST_MS)
    await stage.begin('record')
    stage.streams.send('lake/ann', 'a'.repeat(19))
    expect(folders()).toHaveLength(3)
    stage.clock.advance(GROWTH_WATCH_MS)
    await until(() => deletions().length > 0)
    expect(deletions()).toEqual([['info', old, '--recordings-max']])
    expect(folders()).toContain(younger)
  })

  test('RE13 none goes for its size within a day of its end: what is made ends', async () => {
    stage = await CaptureStage.open({ maxBytes: 110 })
    const young = [await made(), await made(), await made()]
    const start = await stage.begin('record')
    stage.streams.send('lake/ann', 'a'.repeat(25))
    stage.clock.advance(GROWTH_WATCH_MS)
    expect(await stage.last(start, 'failed')).toMatchObject({ fault: 'no-room', recording: {} })
    for (const id of young) expect(folders()).toContain(id)
    const next = stage.startOf('record')
    stage.service.start(next)
    expect(await stage.last(next, 'failed')).toEqual({ state: 'failed', fault: 'no-room' })
  })

  test('RE13 people without an account push out nobody’s who has one, and the other way about', async () => {
    stage = await CaptureStage.open({ maxBytes: 112 })
    const owned = await made({ members: ONE_WITH_AN_ACCOUNT })
    stage.clock.advance(KEPT_AT_LEAST_MS)
    const first = await made({ room: 'sea' })
    stage.clock.advance(1)
    await made({ room: 'sea' })
    const start = await stage.begin('record', { room: 'sea' })
    stage.streams.send('sea/ann', 'a'.repeat(25))
    stage.clock.advance(GROWTH_WATCH_MS)
    expect(await stage.last(start, 'failed')).toMatchObject({ fault: 'no-room' })
    await stage.recordings.sweep()
    expect(deletions()).toEqual([])
    const owners = await stage.begin('record', { members: ONE_WITH_AN_ACCOUNT })
    stage.streams.send('lake/ann', 'a'.repeat(20))
    stage.clock.advance(GROWTH_WATCH_MS)
    await until(() => deletions().length > 0)
    expect(deletions()).toEqual([['info', first, '--recordings-max']])
    expect(stage.progressOf(owners)?.state).toBe('running')
    expect(folders()).toContain(owned)
  })

  test('RE13 people with accounts leave a quarter to the others', async () => {
    stage = await CaptureStage.open({ maxBytes: 112 })
    for (let count = 0; count < 2; count += 1) await made({ members: ONE_WITH_AN_ACCOUNT })
    const start = await stage.begin('record', { members: ONE_WITH_AN_ACCOUNT })
    stage.streams.send('lake/ann', 'a'.repeat(26))
    stage.clock.advance(GROWTH_WATCH_MS)
    expect(await stage.last(start, 'failed')).toMatchObject({ fault: 'no-room' })
    await stage.begin('record', { room: 'sea' })
  })

  test('RE13 it is not merged where the merged file has no room', async () => {
    stage = await CaptureStage.open({ maxBytes: 40 })
    const { id } = await stage.record()
    await stage.merged(id)
    expect(await stage.store.recordings.byId(id)).toMatchObject({ fault: 'no-merge-space' })
    expect(stage.tools.merges).toEqual([])
  })

  test('RE5 without bounds everything stays', async () => {
    stage = await CaptureStage.open()
    const id = await made()
    stage.clock.advance(1e12)
    await stage.recordings.sweep()
    await untilFolders([id])
    expect(stage.recordings.expiryOf((await stage.store.recordings.byId(id))!)).toBeNull()
  })
})

describe('after a server that died', () => {
  /** What a server left behind that was killed while it recorded. */
  async function left(files: Record<string, string>, more: Partial<Recording> = {}) {
    const { id } = newRecordingKey()
    await stage.store.recordings.begin({
      id,
      keyDigest: '',
      room: 'lake',
      startedAt: stage.clock.now(),
      endedAt: null,
      state: 'recording',
      fault: null,
      files: [],
      names: ['Ann', 'Ben'],
      users: [],
      ...more,
    })
    const folder = join(stage.data, 'recordings', id)
    mkdirSync(folder)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return id
  }

  test('RE1 what it recorded is repaired, listed as interrupted, and merged', async () => {
    stage = await CaptureStage.open()
    const files = { '1.webm': 'a', '1-2.mp4': 'b', '1-10.mp4': 'c', '2.webm': '', 'x.part': 'd' }
    const id = await left(files)
    await stage.recover()
    const recording = await stage.store.recordings.byId(id)
    expect(recording).toMatchObject({ state: 'interrupted', endedAt: 1_700_000_000_020 })
    expect(recording?.files.map(({ name, member }) => [name, member])).toEqual([
      ['1.webm', 0],
      ['1-2.mp4', 0],
      ['1-10.mp4', 0],
    ])
    expect(readFileSync(join(stage.data, 'recordings', id, '1.webm'), 'utf8')).toBe('a whole')
    await until(() => stage.tools.merges.length === 1)
    stage.tools.merges[0]?.finish()
    await until(() => stage.recordings.progressOf(id) === undefined)
    expect(await stateOf(id)).toBe('interrupted')
  })

  test('RE2 what it did not come to merge is merged', async () => {
    stage = await CaptureStage.open()
    const id = await left({ '1.webm': 'a whole', '2.webm': 'b whole' }, { state: 'merging' })
    await stage.recover()
    await until(() => stage.tools.merges.length === 1)
    stage.tools.merges[0]?.finish()
    await stage.merged(id)
  })

  test('RE2 what was interrupted is merged, also when another start comes before', async () => {
    stage = await CaptureStage.open()
    const id = await left({ '1.webm': 'a' })
    await stage.recover()
    await until(() => stage.tools.merges.length === 1)
    await stage.service.close()
    await until(() => stage.recordings.progressOf(id) === undefined)
    expect(await stateOf(id)).toBe('interrupted')
    stage.restart()
    await stage.recover()
    await until(() => stage.tools.merges.length === 2)
    stage.tools.merges[1]?.finish()
    await until(() => stage.recordings.progressOf(id) === undefined)
    stage.restart()
    await stage.recover()
    const { state, files } = (await stage.store.recordings.byId(id))!
    expect([state, files.map(({ name }) => name)]).toEqual(['interrupted', ['1.webm', 'both.mp4']])
    expect(stage.tools.merges).toHaveLength(2)
  })

  test('RE3 what is deleted while others are repaired is left alone', async () => {
    stage = await CaptureStage.open()
    const first = await left({ '1.webm': 'a' })
    stage.clock.advance(1)
    const second = await left({ '1.webm': 'b' })
    const repair = stage.tools.repairRecording
    Object.assign(stage.tools, {
      repairRecording: async (path: string) => {
        if (path.includes(first)) await stage.recordings.delete(second)
        return repair(path)
      },
    })
    await stage.recover()
    await untilFolders([first])
    expect(await stage.store.recordings.byId(second)).toBeUndefined()
    expect(stage.logs.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  test('RE1 what holds nothing goes', async () => {
    stage = await CaptureStage.open()
    const id = await left({ '1.webm': '', '2.webm': '' })
    await stage.recover()
    expect(await stage.store.recordings.byId(id)).toBeUndefined()
    await untilFolders([])
  })

  test('RE4 a deletion that was broken off is ended', async () => {
    stage = await CaptureStage.open()
    const id = await left({ '1.webm': 'a whole' }, { state: 'ready', endedAt: 1 })
    const path = join(stage.data, 'recordings')
    mkdirSync(join(path, `deleted-${id}`))
    writeFileSync(join(path, `deleted-${id}`, '1.webm'), 'a')
    await stage.recover()
    expect(existsSync(join(path, `deleted-${id}`))).toBe(false)
    expect(await stage.store.recordings.byId(id)).toBeUndefined()
  })

  test('RE3 files that are none of its own are left alone', async () => {
    stage = await CaptureStage.open()
    const path = join(stage.data, 'recordings')
    const other = newRecordingKey().id
    for (const name of ['holidays', 'deleted-scenes', other]) {
      mkdirSync(join(path, name))
      writeFileSync(join(path, name, '1.webm'), 'theirs')
    }
    mkdirSync(join(path, newRecordingKey().id))
    await stage.recover()
    await untilFolders(['deleted-scenes', 'holidays', other].sort())
  })

  test('RE3 what is being recorded by now, or by another server, is left alone', async () => {
    stage = await CaptureStage.open()
    const start = await stage.begin('record')
    stage.streams.send('lake/ann', 'on')
    const { id } = stage.progressOf(start)!.recording!
    const elsewhere = await left({})
    await stage.directory.remove(elsewhere)
    await stage.recover()
    expect([await stateOf(id), await stateOf(elsewhere)]).toEqual(['recording', 'recording'])
    expect(readFileSync(join(stage.data, 'recordings', id, '1.webm'), 'utf8')).toBe('on')
    stage.clock.advance(2 * MAX_CAPTURE_MS + 1)
    await stage.recover()
    expect(await stateOf(elsewhere)).toBeUndefined()
  })
})
