import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import type { CaptureProgress, CapturePurpose } from '@duet/protocol'
import { createTestStore } from '../../store/testing/create-test-store.ts'
import type { Store } from '../../store/store.ts'
import { until } from '../../testing/until.ts'
import type { CaptureStart } from '../capture-control.ts'
import { CaptureService } from '../capture-service.ts'
import { CAPTURE_LIMITS } from '../limits.ts'
import { LiveRooms } from '../live-rooms.ts'
import { RecordingAccess } from '../recording-access.ts'
import { Recordings } from '../recordings.ts'
import { RecordingsDirectory } from '../recordings-directory.ts'
import { recoverRecordings } from '../recovery.ts'
import { FakeStreams } from './fake-streams.ts'
import { FakeTools } from './fake-tools.ts'

/** As configured; what is left out is without bound. */
interface Bounds {
  keepMs?: number
  maxBytes?: number
}

type Progress = Omit<CaptureProgress, 'purpose'>

/** Recordings and broadcasts on a store of their own, with frames that a test says. */
export class CaptureStage {
  readonly clock = new FakeClock()
  readonly streams = new FakeStreams()
  readonly tools = new FakeTools()
  readonly logs: LogRecord[] = []
  readonly data = mkdtempSync(join(tmpdir(), 'duet-captures-'))
  readonly directory = new RecordingsDirectory(join(this.data, 'recordings'))
  /** What members were told, with the id of the capture. */
  readonly told: [capture: string, progress: Progress][] = []
  /** How many play each stream from the media server. */
  readonly players = new Map<string, number>()
  readonly closedStreams: string[] = []
  readonly store: Store
  recordings: Recordings
  readonly access: RecordingAccess
  readonly liveRooms: LiveRooms
  service: CaptureService
  readonly #limits: Bounds
  readonly #logger = createLogger('debug', (record) => this.logs.push(record))
  #made = 0

  private constructor(store: Store, limits: Bounds) {
    const { clock } = this
    this.store = store
    this.#limits = limits
    this.recordings = this.#openRecordings()
    this.access = new RecordingAccess(this.recordings, clock, true)
    this.liveRooms = new LiveRooms({
      clock,
      playersOf: (stream) => this.players.get(stream) ?? 0,
      isByAnother: (stream, member) => this.streams.isByAnother(stream, member),
      onStreamClosed: (stream) => this.closedStreams.push(stream),
    })
    this.service = this.openService()
  }

  static async open(limits: Bounds = {}): Promise<CaptureStage> {
    return new CaptureStage(await createTestStore(), limits)
  }

  /** Another run of the server, on what the last one left. */
  restart(): void {
    this.recordings = this.#openRecordings()
    this.service = this.openService()
  }

  /** As a start of the server does. */
  openService(): CaptureService {
    const { streams: media, tools, recordings, liveRooms, clock, data } = this
    return new CaptureService({
      media,
      loadTools: () => Promise.resolve(tools),
      judgePush: (url) => Promise.resolve(url.includes('inside') ? [] : ['203.0.112.7']),
      recordings,
      recordingsMax: this.#limits.maxBytes ?? null,
      liveRooms,
      cacheDirectory: join(data, 'cache'),
      ffmpeg: undefined,
      clock,
      frameClock: clock,
      logger: this.#logger,
      limits: CAPTURE_LIMITS,
      tell: ({ id }, progress) => this.told.push([id, progress]),
    })
  }

  /** What the core says when both agreed; Ann and Ben are in the room. */
  startOf(purpose: CapturePurpose, more: Partial<CaptureStart> = {}): CaptureStart {
    const members = [
      { id: 'ann', stream: 'ann', name: 'Ann' },
      { id: 'ben', stream: 'ben', name: 'Ben' },
    ]
    return { id: `c${++this.#made}`, room: 'lake', purpose, by: 'ann', members, ...more }
  }

  /** Both agreed; resolves once frames are read. */
  async begin(purpose: CapturePurpose, more: Partial<CaptureStart> = {}): Promise<CaptureStart> {
    const start = this.startOf(purpose, more)
    const stream = `${start.room}/${start.members[0]?.id}`
    const before = this.streams.readersOf(stream)
    this.service.start(start)
    await until(() => this.streams.readersOf(stream) > before)
    return start
  }

  /** Records a moment of both, to the end; resolves with what opens it. */
  async record(more: Partial<CaptureStart> = {}): Promise<{ id: string; key: string }> {
    const start = await this.begin('record', more)
    for (const { id } of start.members) this.streams.send(`${start.room}/${id}`, `of ${id}`)
    this.service.stop(start.room, 'record')
    const { recording } = await this.last(start, 'stopped')
    if (!recording) throw new Error('nothing was recorded')
    return recording
  }

  /** What members of a capture were told last, once it is this. */
  async last(start: CaptureStart, state: Progress['state']): Promise<Progress> {
    await until(() => this.progressOf(start)?.state === state)
    return this.progressOf(start)!
  }

  /** What members of a capture were told last. */
  progressOf({ id }: CaptureStart): Progress | undefined {
    return this.told.findLast(([capture]) => capture === id)?.[1]
  }

  /** It is as it will stay. */
  async merged(id: string): Promise<void> {
    const stateOf = async () => (await this.store.recordings.byId(id))?.state
    while ((await stateOf()) !== 'ready') await Bun.sleep(1)
  }

  /** As after a start of the server. */
  recover(): Promise<void> {
    const { recordings, clock, tools } = this
    return recoverRecordings({
      store: this.store.recordings,
      recordings,
      loadTools: () => Promise.resolve(tools),
      clock,
      logger: this.#logger,
    })
  }

  #openRecordings(): Recordings {
    const { clock, directory, tools, store } = this
    return new Recordings({
      store: store.recordings,
      directory,
      loadTools: () => Promise.resolve(tools),
      ffmpeg: undefined,
      keepMs: this.#limits.keepMs ?? null,
      maxBytes: this.#limits.maxBytes ?? null,
      clock,
      logger: this.#logger,
    })
  }

  async close(): Promise<void> {
    await this.service.close()
    await this.store.close()
    rmSync(this.data, { recursive: true, force: true })
  }
}
