import { randomBytes } from 'node:crypto'
import { DuetError, messageOf, type Clock, type Logger } from '@duet/base'
import type { MediaServer, MediaServerOptions } from '@duet/media'
import type { Identify } from '../accounts/identity.ts'
import { flagOf, publicIpsOf, type Config } from '../config/index.ts'
import type { ExtraPort } from '../front/listen.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import type { HttpRoute } from '../front/socket.ts'
import type { Hub } from '../hub/hub.ts'
import type { OpenIceClient } from '../ice-servers.ts'
import type { RoomAccess } from '../rooms/access.ts'
import { StartError } from '../start-error.ts'
import { SRS_API_LISTENER } from './admin-access.ts'
import { Callbacks } from './callbacks.ts'
import { MEDIA_LIMITS, MEDIA_UNLIMITED } from './limits.ts'
import { mediaAddresses } from './media-addresses.ts'
import { refuseNative, refuseSrs, refuseSrsMedia } from './media-off.ts'
import { MediaSessions } from './media-sessions.ts'
import { MemberMedia } from './member-media.ts'
import { announceStreams } from './member-streams.ts'
import { nativeRoutes } from './native-routes.ts'
import { SessionIce } from './session-ice.ts'
import { srsApiRoutes } from './srs-api.ts'
import { srsRoutes } from './srs-routes.ts'
import { StreamAccess } from './stream-access.ts'
import type { MediaTokens } from './tokens.ts'
import { Traffic } from './traffic.ts'
import { Whip } from './whip.ts'

/** Rejects with a DuetError when a port can't be used. */
export type CreateMediaServer = (options: MediaServerOptions) => Promise<MediaServer>

export interface MediaServiceOptions {
  config: Config
  /** The addresses to listen on, or wildcards. */
  ips: readonly string[]
  localAddresses: LocalAddresses
  createMediaServer: CreateMediaServer
  tokens: MediaTokens
  hub: Hub
  access: RoomAccess
  identify: Identify
  /** How clients of WHIP and WHEP get ICE servers. */
  openIceClient: OpenIceClient
  /** Whether the stream is of a call that is shown live; nothing is, when it is left out. */
  isLive?: (stream: string) => boolean
  clock: Clock
  logger: Logger
}

/** The media server with all that is served of it over HTTP. */
export interface MediaService {
  /** To stand before those of others: `/api/v1` is SRS's, `/api` is not. */
  httpRoutes: readonly HttpRoute[]
  /** Undefined: it is switched off. */
  media: MediaServer | undefined
  /** Lets members of rooms through it. */
  members: MemberMedia | undefined
  /** Sends away who plays a stream that was shown live. */
  endViewers(stream: string): void
  /** Whether somebody publishes the stream who did not prove to be this member (MD27). */
  isByAnother(stream: string, member: string): boolean
  /** Ends all sessions, and tells callbacks of them. Idempotent. */
  close(): Promise<void>
}

/** Starts the media server and what stands around it. Rejects with a StartError. */
export async function openMediaService(options: MediaServiceOptions): Promise<MediaService> {
  const { config } = options
  const hasSrs = config.dialects.includes('srs')
  const media = await startMedia(options)
  return media ? serve(options, media, hasSrs) : serveNone(hasSrs)
}

function serveNone(hasSrs: boolean): MediaService {
  return {
    httpRoutes: [...refuseNative(), ...(hasSrs ? refuseSrsMedia() : refuseSrs())],
    media: undefined,
    members: undefined,
    endViewers: () => undefined,
    isByAnother: () => false,
    close: () => Promise.resolve(),
  }
}

/** The ports that clients of SRS expect. */
export function srsPorts({ dialects, srsApiPort, srsPort }: Config): ExtraPort[] {
  if (!dialects.includes('srs')) return []
  return [
    { name: SRS_API_LISTENER, port: srsApiPort, flag: flagOf('srsApiPort') },
    { name: 'srs', port: srsPort, flag: flagOf('srsPort') },
  ].flatMap(({ port, ...rest }) => (port === null ? [] : [{ port, ...rest }]))
}

/** Undefined: it is switched off, or can't run here, which the log says. */
async function startMedia(options: MediaServiceOptions): Promise<MediaServer | undefined> {
  const { config, ips, localAddresses, clock, logger } = options
  const { mediaPort: port } = config
  if (port === null) return undefined
  try {
    return await options.createMediaServer({
      listen: ips.map((host) => ({ host, port })),
      candidates: mediaAddresses({ sure: publicIpsOf(config) }, ips, localAddresses),
      clock,
      logger,
      ...(config.limits === 'off' ? { limits: 'off' } : {}),
    })
  } catch (error) {
    if (!(error instanceof DuetError)) throw error
    if (error.code === 'no-openssl' || error.code === 'openssl-refused') {
      // Calls between two need no media server.
      logger.warn('there is no media server', { reason: messageOf(error) })
      return undefined
    }
    const advice = 'choose another one with --media-port, or off to do without.'
    throw new StartError('port-not-usable', `${messageOf(error)}: ${advice}`, { cause: error })
  }
}

function serve(options: MediaServiceOptions, media: MediaServer, hasSrs: boolean): MediaService {
  const { config, tokens, hub, access, identify, openIceClient, clock, logger } = options
  const { isLive = () => false } = options
  const { onPublish, onUnpublish, onPlay, onStop } = config
  const limits = config.limits === 'on' ? MEDIA_LIMITS : MEDIA_UNLIMITED
  const serverId = `vid-${randomBytes(4).toString('hex')}`
  const callbacks = new Callbacks({
    urls: { onPublish, onUnpublish, onPlay, onStop },
    serverId,
    maxAsking: limits.maxAsking,
    clock,
    logger,
  })
  const sessions: MediaSessions = new MediaSessions({
    media,
    access: new StreamAccess({
      tokens,
      hub,
      access,
      media,
      isOpen: config.srsAccess === 'open',
      // One that nobody opened over HTTP is the server's own.
      isClosed: (id) => {
        const session = sessions.find(id)
        return !session || (session.isTrusted && session.owner === undefined)
      },
      isLive,
      maxViewers: limits.maxViewers,
    }),
    callbacks,
    clock,
    logger,
    limits,
  })
  const traffic = new Traffic(media, clock)
  const ice = new SessionIce(media, openIceClient)
  const whip = new Whip({ media, sessions, tokens, ice, logger })
  const srs = (): HttpRoute[] => [
    ...srsRoutes({ sessions, whip, serverId, logger }),
    ...srsApiRoutes({
      media,
      sessions,
      traffic,
      tokens,
      identify,
      serverId,
      clock,
      logger,
      limits,
    }),
  ]
  const stopAnnouncing = announceStreams(media, hub, logger)
  let isClosed = false
  return {
    httpRoutes: [...nativeRoutes(whip), ...(hasSrs ? srs() : refuseSrs())],
    media,
    members: new MemberMedia({ tokens, isOpen: config.srsAccess === 'open' }),
    endViewers: (stream) => sessions.endViewers(stream),
    isByAnother: (stream, member) => sessions.isByAnother(stream, member),
    async close() {
      if (isClosed) return
      isClosed = true
      traffic.close()
      stopAnnouncing()
      media.close()
      ice.close()
      sessions.close()
      await callbacks.close()
    },
  }
}
