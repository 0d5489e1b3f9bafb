import { resolve } from 'node:path'
import type { Clock, Logger } from '@duet/base'
import type { MediaServer } from '@duet/media'
import type { Config } from '../config/index.ts'
import type { MediaService } from '../media/media-service.ts'
import type { Store } from '../store/store.ts'
import type { TellCapture } from './capture-control.ts'
import { CaptureService } from './capture-service.ts'
import type { LoadTools } from './capture-tools.ts'
import { createLiveFiles, type LiveFiles } from './live-files.ts'
import { CAPTURE_LIMITS, CAPTURE_UNLIMITED } from './limits.ts'
import { LiveRooms } from './live-rooms.ts'
import { createPushJudge } from './push-judge.ts'
import { RecordingAccess } from './recording-access.ts'
import { Recordings } from './recordings.ts'
import { RecordingsDirectory } from './recordings-directory.ts'
import { recoverRecordings } from './recovery.ts'

export interface CapturesOptions {
  config: Config
  dataDirectory: string
  /** Undefined: nobody may record. */
  recordingsDirectory: RecordingsDirectory | undefined
  store: Pick<Store, 'recordings'>
  media: Pick<MediaService, 'media' | 'endViewers' | 'isByAnother'>
  loadTools: LoadTools
  clock: Clock
  /** The media server's. */
  frameClock: Clock
  logger: Logger
  tell: TellCapture
  /** Of this server, as far as they are known now. */
  publicIps: () => readonly string[]
}

/** Recordings and broadcasts, as far as this server has them. */
export interface Captures {
  /** Undefined: there is no media server, or both are switched off. */
  service: CaptureService | undefined
  recordings: { recordings: Recordings; access: RecordingAccess } | undefined
  liveRooms: LiveRooms | undefined
  liveFiles: LiveFiles
  /** Ends what runs, and waits a moment for its files. Idempotent. */
  close(): Promise<void>
}

/** Makes the directory of recordings; undefined: nobody may record. Throws a StartError. */
export function openRecordingsDirectory(
  { recordings }: Config,
  dataDirectory: string,
): RecordingsDirectory | undefined {
  if (recordings === null) return undefined
  return new RecordingsDirectory(recordings ?? resolve(dataDirectory, 'recordings'))
}

/** Makes ready what the configuration wants. */
export function openCaptures(options: CapturesOptions): Captures {
  const { config, dataDirectory, media, clock, logger } = options
  const isLimited = config.limits === 'on'
  const recordings = openRecordings(options)
  const server = media.media
  const liveRooms = server && config.live === 'on' ? createLiveRooms(server, options) : undefined
  const service =
    server && (recordings || liveRooms)
      ? new CaptureService({
          media: {
            read: (stream, reader) => server.read(stream, reader),
            isByAnother: (stream, member) => media.isByAnother(stream, member),
          },
          loadTools: options.loadTools,
          judgePush: createPushJudge({
            allow: config.livePushAllow,
            ownAddresses: options.publicIps,
          }),
          recordings,
          recordingsMax: config.recordingsMax,
          liveRooms,
          cacheDirectory: resolve(dataDirectory, 'cache'),
          ffmpeg: config.ffmpeg,
          clock,
          frameClock: options.frameClock,
          logger,
          limits: isLimited ? CAPTURE_LIMITS : CAPTURE_UNLIMITED,
          tell: options.tell,
        })
      : undefined
  return {
    service,
    recordings: recordings && {
      recordings,
      access: new RecordingAccess(recordings, clock, isLimited),
    },
    liveRooms,
    liveFiles: createLiveFiles(liveRooms, clock, isLimited),
    async close() {
      await service?.close()
      recordings?.close()
    },
  }
}

/** Also without a media server: what was recorded before is there. */
function openRecordings(options: CapturesOptions): Recordings | undefined {
  const { config, recordingsDirectory: directory, store, loadTools, clock, logger } = options
  if (!directory) return undefined
  const recordings = new Recordings({
    store: store.recordings,
    directory,
    loadTools,
    ffmpeg: config.ffmpeg,
    keepMs: config.recordingsKeep,
    maxBytes: config.recordingsMax,
    clock,
    logger,
  })
  const recovering = { store: store.recordings, recordings, loadTools, clock, logger }
  void recoverRecordings(recovering).then(() => recordings.sweep())
  return recordings
}

function createLiveRooms(
  server: MediaServer,
  { media, clock }: Pick<CapturesOptions, 'media' | 'clock'>,
): LiveRooms {
  return new LiveRooms({
    clock,
    playersOf: (stream) => server.stream(stream)?.players ?? 0,
    isByAnother: (stream, member) => media.isByAnother(stream, member),
    onStreamClosed: (stream) => media.endViewers(stream),
  })
}
