import { afterEach, expect, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../store/store-error.ts'
import { until } from '../testing/until.ts'
import {
  ARRIVAL_MS,
  CAPTURE_LIMITS,
  FINISH_MS,
  GONE_MS,
  KEEPING_MS,
  MAX_CAPTURE_MS,
  RESERVE_BYTES,
  START_RESERVE_BYTES,
  WATCH_MS,
  WHOLE_MS,
} from './limits.ts'
import { CaptureStage } from './testing/capture-stage.ts'

let stage: CaptureStage
afterEach(() => stage.close())

test('RE1 both members are written, each into a file of their own, until it is stopped', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  expect(stage.progressOf(start)).toEqual({ state: 'starting' })
  expect(stage.streams.open).toEqual(['lake/ann', 'lake/ben'])
  stage.streams.send('lake/ann', 'one')
  const running = stage.progressOf(start)
  expect(running?.state).toBe('running')
  stage.streams.send('lake/ben', 'two')
  expect(stage.told.map(([, { state }]) => state)).toEqual(['starting', 'running'])
  stage.service.stop('lake', 'record')
  expect(stage.streams.open).toEqual([])
  stage.streams.send('lake/ann', 'late')
  const stopped = await stage.last(start, 'stopped')
  expect(stopped).toEqual({ state: 'stopped', recording: running!.recording! })
  const { id } = stopped.recording!
  const folder = join(stage.data, 'recordings', id)
  expect(readFileSync(join(folder, '1.webm'), 'utf8')).toBe('one whole')
  expect(readFileSync(join(folder, '2.webm'), 'utf8')).toBe('two whole')
  expect(await stage.store.recordings.byId(id)).toMatchObject({
    room: 'lake',
    state: 'merging',
    names: ['Ann', 'Ben'],
    endedAt: stage.clock.now(),
    files: [
      { name: '1.webm', member: 0 },
      { name: '2.webm', member: 1 },
    ],
  })
})

test('MD27 RE7 what somebody else publishes under a member’s name is not taken', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.taken.add('lake/ann')
  stage.streams.send('lake/ann', 'a stranger')
  expect(stage.progressOf(start)?.state).toBe('starting')
  stage.streams.send('lake/ben', 'ben')
  for (let ms = 0; ms < ARRIVAL_MS; ms += WATCH_MS) {
    stage.clock.advance(WATCH_MS)
    stage.streams.send('lake/ann', 'a stranger')
    stage.streams.send('lake/ben', 'ben')
  }
  expect(stage.progressOf(start)).toMatchObject({ state: 'running', missing: ['ann'] })
  stage.streams.taken.clear()
  stage.streams.send('lake/ann', 'ann')
  expect(stage.progressOf(start)).not.toHaveProperty('missing')
  stage.service.stop('lake', 'record')
  const { recording } = await stage.last(start, 'stopped')
  const folder = join(stage.data, 'recordings', recording?.id ?? '')
  expect(readFileSync(join(folder, '1.webm'), 'utf8')).toBe('ann whole')
})

test('RE3 nobody else on the machine may read it', async () => {
  stage = await CaptureStage.open()
  const { id } = await stage.record()
  const folder = join(stage.data, 'recordings', id)
  const paths = [join(stage.data, 'recordings'), folder, join(folder, '1.webm')]
  expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700, 0o600])
})

test('RE3 what members were logged in to is kept with it', async () => {
  stage = await CaptureStage.open()
  const members = [
    { id: 'ann', stream: 'ann', name: 'Ann', user: 4 },
    { id: 'ben', stream: 'ben', name: '' },
  ]
  const { id, key } = await stage.record({ members })
  const kept = await stage.store.recordings.byId(id)
  expect(kept).toMatchObject({ users: [4], names: ['Ann', ''] })
  expect(JSON.stringify(kept)).not.toContain(key)
})

test('one that is stopped before anything came leaves nothing', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.service.stop('lake', 'record')
  expect(await stage.last(start, 'stopped')).toEqual({ state: 'stopped' })
  await until(() => readdirSync(join(stage.data, 'recordings')).length === 0)
  while ((await stage.store.recordings.unfinished()).length > 0) await Bun.sleep(1)
})

test('one that is stopped at once reads nothing', async () => {
  stage = await CaptureStage.open()
  const start = stage.startOf('record')
  stage.service.start(start)
  stage.service.stop('lake', 'record')
  expect(stage.told.map(([, { state }]) => state)).toEqual(['starting', 'stopped'])
  await until(() => readdirSync(join(stage.data, 'recordings')).length === 0)
  expect(stage.streams.open).toEqual([])
  expect(stage.tools.open).toEqual([])
})

test('RE7 no media at all is told, and ends it', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.clock.advance(ARRIVAL_MS)
  expect(await stage.last(start, 'failed')).toEqual({ state: 'failed', fault: 'no-media' })
})

test('RE7 no media of one member is told, until it comes', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ben')
  stage.clock.advance(ARRIVAL_MS - WATCH_MS)
  stage.streams.send('lake/ben')
  stage.clock.advance(WATCH_MS)
  expect(stage.progressOf(start)).toMatchObject({
    state: 'running',
    fault: 'no-media',
    missing: ['ann'],
  })
  stage.streams.send('lake/ann')
  const { recording } = stage.progressOf(start)!
  expect(stage.progressOf(start)).toEqual({ state: 'running', recording: recording! })
})

test('RE7 media that stops later is told, whose it is, and when it is back', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  const { streams, clock } = stage
  const missing = () => stage.progressOf(start)?.missing
  for (const name of ['ann', 'ben']) streams.send(`lake/${name}`)
  for (let ms = 0; ms < ARRIVAL_MS - WATCH_MS; ms += WATCH_MS) {
    clock.advance(WATCH_MS)
    streams.send('lake/ann')
    expect(missing()).toBeUndefined()
  }
  clock.advance(WATCH_MS)
  expect(missing()).toEqual(['ben'])
  clock.advance(ARRIVAL_MS)
  expect(missing()).toEqual(['ann', 'ben'])
  streams.send('lake/ben')
  expect(missing()).toEqual(['ann'])
  streams.send('lake/ann')
  expect(stage.progressOf(start)).toEqual({ state: 'running', recording: expect.anything() })
  // Sooner where nobody publishes any more.
  streams.leave('lake/ann')
  for (let ms = 0; ms < GONE_MS; ms += WATCH_MS) {
    expect(missing()).toBeUndefined()
    clock.advance(WATCH_MS)
    streams.send('lake/ben')
  }
  expect(missing()).toEqual(['ann'])
})

test('RE6 a disk that fills up ends it, and what is there stays', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  stage.directory.freeBytes = () => Promise.resolve(RESERVE_BYTES - 1)
  stage.clock.advance(WATCH_MS)
  const failed = await stage.last(start, 'failed')
  expect(failed).toMatchObject({ state: 'failed', fault: 'disk-full' })
  await until(() => stage.recordings.progressOf(failed.recording!.id) !== undefined)
  const kept = await stage.store.recordings.byId(failed.recording!.id)
  expect(kept).toMatchObject({ fault: 'disk-full', files: [{ name: '1.webm' }] })
})

test.each(['disk-full', 'disk-failed', 'disk-slow'] as const)(
  'RE6 a file that says %s ends it, and members hear it at once',
  async (fault) => {
    stage = await CaptureStage.open()
    const start = await stage.begin('record')
    stage.streams.send('lake/ann', 'kept')
    const { recording } = stage.progressOf(start)!
    stage.tools.open[0]?.onFault?.(fault, new Error('ENOSPC'))
    expect(stage.progressOf(start)).toEqual({ state: 'failed', fault, recording: recording! })
  },
)

test('RE6 a disk that hangs is told, whenever its files are finished', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  const hanging = stage.tools.hang()
  stage.service.stop('lake', 'record')
  stage.clock.advance(WHOLE_MS)
  expect(stage.progressOf(start)).toMatchObject({
    state: 'stopped',
    fault: 'disk-slow',
    recording: {},
  })
  const before = stage.told.length
  hanging.resolve()
  const { id } = stage.progressOf(start)!.recording!
  await until(() => stage.recordings.progressOf(id) !== undefined)
  expect(stage.told).toHaveLength(before)
})

test('RE6 what goes wrong while files are finished is told and kept', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  const hanging = stage.tools.hang()
  stage.service.stop('lake', 'record')
  stage.tools.open[0]?.onFault?.('disk-full', new Error('ENOSPC'))
  hanging.resolve()
  const stopped = await stage.last(start, 'stopped')
  expect(stopped).toMatchObject({ fault: 'disk-full', recording: {} })
  const kept = await stage.store.recordings.byId(stopped.recording!.id)
  expect(kept?.fault).toBe('disk-full')
})

test('RE1 RE6 one whose codec changes all the time ends, and is kept', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  stage.tools.open[0]?.onFault?.('too-many-parts', undefined)
  expect(await stage.last(start, 'stopped')).toEqual({
    state: 'stopped',
    recording: expect.anything(),
  })
})

test('one of which nothing came is told to be over also while the database is away', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  const remove = stage.store.recordings.delete.bind(stage.store.recordings)
  let asked = 0
  stage.store.recordings.delete = () => {
    asked += 1
    return Promise.reject(new StoreError('unavailable', 'away'))
  }
  stage.service.stop('lake', 'record')
  expect(await stage.last(start, 'stopped')).toEqual({ state: 'stopped' })
  await until(() => asked > 0)
  stage.store.recordings.delete = remove
  await Bun.sleep(0)
  stage.clock.advance(15_000)
})

test('RE6 no recording begins on a disk that is nearly full', async () => {
  stage = await CaptureStage.open()
  stage.directory.freeBytes = () => Promise.resolve(START_RESERVE_BYTES - 1)
  const start = stage.startOf('record')
  stage.service.start(start)
  expect(await stage.last(start, 'failed')).toEqual({ state: 'failed', fault: 'disk-full' })
  expect(readdirSync(join(stage.data, 'recordings'))).toEqual([])
})

test('members hear of the end also while the database is away', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  const change = stage.store.recordings.change.bind(stage.store.recordings)
  let asked = 0
  stage.store.recordings.change = () => {
    asked += 1
    return Promise.reject(new StoreError('unavailable', 'away'))
  }
  stage.service.stop('lake', 'record')
  await until(() => asked > 0)
  stage.clock.advance(KEEPING_MS)
  const { recording } = await stage.last(start, 'stopped')
  stage.store.recordings.change = change
  stage.clock.advance(15_000)
  await until(() => stage.recordings.progressOf(recording!.id) !== undefined)
  expect(await stage.store.recordings.byId(recording!.id)).toMatchObject({ state: 'merging' })
})

test('a database that is away is told, and leaves no folder', async () => {
  stage = await CaptureStage.open()
  stage.store.recordings.begin = () => Promise.reject(new Error('away'))
  const start = stage.startOf('record')
  stage.service.start(start)
  expect(await stage.last(start, 'failed')).toEqual({ state: 'failed' })
  await until(() => readdirSync(join(stage.data, 'recordings')).length === 0)
})

test('RE6 a recording has bounds in time and size, at which it is kept as it is', async () => {
  stage = await CaptureStage.open({ maxBytes: 44 })
  const small = await stage.begin('record')
  stage.streams.send('lake/ann', 'eleven bytes')
  stage.clock.advance(WATCH_MS)
  expect(await stage.last(small, 'stopped')).toMatchObject({ recording: {} })
  const long = await stage.begin('record')
  stage.streams.send('lake/ann', 'short')
  stage.clock.advance(MAX_CAPTURE_MS)
  expect(await stage.last(long, 'stopped')).toMatchObject({ recording: {} })
})

test('RE7 too many recordings at once are refused', async () => {
  stage = await CaptureStage.open()
  const first = await stage.begin('record', { room: 'room-0' })
  for (let index = 1; index < CAPTURE_LIMITS.maxRecordings; index += 1) {
    await stage.begin('record', { room: `room-${index}` })
  }
  const start = stage.startOf('record')
  stage.service.start(start)
  expect(stage.progressOf(start)).toEqual({ state: 'failed', fault: 'too-many' })
  stage.service.stop('room-0', 'record')
  // It counts until nothing of it is left.
  stage.service.start(start)
  expect(stage.progressOf(start)).toEqual({ state: 'failed', fault: 'too-many' })
  await stage.last(first, 'stopped')
  await until(() => {
    stage.service.start(start)
    return stage.progressOf(start)?.state !== 'failed'
  })
})

test('a room records again while its last recording is being finished', async () => {
  stage = await CaptureStage.open()
  const first = await stage.begin('record')
  stage.streams.send('lake/ann', 'first')
  stage.service.stop('lake', 'record')
  const second = await stage.begin('record')
  stage.streams.send('lake/ann', 'second')
  stage.service.stop('lake', 'record')
  const [one, other] = [await stage.last(first, 'stopped'), await stage.last(second, 'stopped')]
  expect(one.recording?.id).not.toBe(other.recording?.id)
})

test('RE8 the close finishes files, and leaves no timer', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('record')
  stage.streams.send('lake/ann', 'kept')
  await stage.service.close()
  const { recording } = await stage.last(start, 'stopped')
  const kept = await stage.store.recordings.byId(recording!.id)
  expect(kept).toMatchObject({ state: 'merging', files: [{ name: '1.webm' }] })
  expect(stage.tools.merges).toEqual([])
  expect(stage.clock.pending).toBe(0)
  const late = stage.startOf('record')
  stage.service.start(late)
  expect(stage.progressOf(late)).toEqual({ state: 'failed' })
})

test('RE8 the close does not wait for a file for long', async () => {
  stage = await CaptureStage.open()
  await stage.begin('record')
  const finishing = Promise.withResolvers<[]>()
  stage.streams.send('lake/ann', 'kept')
  stage.store.recordings.change = () => finishing.promise.then(() => false)
  const closing = stage.service.close()
  await until(() => stage.streams.open.length === 0)
  stage.clock.advance(FINISH_MS)
  await closing
  finishing.resolve([])
})
