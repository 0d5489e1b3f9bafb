import type { Clock, Logger } from '@duet/base'
import type { CapturePurpose } from '@duet/rules'
import type { AccountParts } from './accounts/open-accounts.ts'
import type { Casts } from './casts/casts.ts'
import { CastTokens } from './casts/tokens.ts'
import type { Config } from './config/index.ts'
import { createCastDialect } from './gateways/cast/index.ts'
import { DIALECT_LIMITS, DIALECT_UNLIMITED } from './gateways/dialect-limits.ts'
import type { Gateway } from './gateways/gateway.ts'
import { createMessagesGateway, refuseMessagesDialect } from './gateways/messages/index.ts'
import { createNativeGateway, DEFAULT_LIMITS, UNLIMITED } from './gateways/native/index.ts'
import { createRoomDialect } from './gateways/room/index.ts'
import { createSrsGateway, refuseSrsDialect } from './gateways/srs/index.ts'
import { createTopicGateway, refuseTopicDialect } from './gateways/topic/index.ts'
import type { Hub } from './hub/hub.ts'
import type { MediaService } from './media/media-service.ts'
import type { Switchboard } from './people/switchboard.ts'
import type { RelayGrants } from './relay-grants/index.ts'
import type { RoomAccess } from './rooms/access.ts'
import type { Secrets } from './secrets.ts'
import { LateSocketIo } from './socket-io/late.ts'
import { refuseSocketIo } from './socket-io/off.ts'

/** What the gateways stand on. */
export interface GatewaysOptions {
  config: Config
  secrets: Secrets
  hub: Hub
  relays: RelayGrants
  people: Switchboard
  access: RoomAccess
  casts: Casts
  media: MediaService
  captures: readonly CapturePurpose[]
  accounts: AccountParts
  clock: Clock
  logger: Logger
}

/** The wire dialects that are served, in the order in which they claim paths. */
export function openGateways(options: GatewaysOptions): Gateway[] {
  const { config, secrets, hub, relays, people, access, casts, media, captures, accounts } = options
  const { clock, logger } = options
  const dialectLimits = config.limits === 'on' ? DIALECT_LIMITS : DIALECT_UNLIMITED
  const socketIoDialects = {
    room: () =>
      createRoomDialect({
        hub,
        access,
        clock,
        logger: logger.with({ gateway: 'room' }),
        limits: dialectLimits,
      }),
    cast: () =>
      createCastDialect({
        hub: relays.hub,
        casts,
        tokens: new CastTokens(secrets.keyFor('cast tokens'), clock),
        openIceClient: relays.open,
        clock,
        logger: logger.with({ gateway: 'cast' }),
        limits: dialectLimits,
      }),
  }
  const onSocketIo = (['room', 'cast'] as const).filter((name) => config.dialects.includes(name))
  const topicPaths = ['/', ...(config.topicPath === undefined ? [] : [config.topicPath])]
  return [
    createNativeGateway({
      hub: relays.hub,
      identify: accounts.identify,
      people,
      access,
      casts,
      ...(media.members ? { media: media.members } : {}),
      captures,
      openIceClient: relays.open,
      clock,
      logger: logger.with({ gateway: 'native' }),
      limits: config.limits === 'on' ? DEFAULT_LIMITS : UNLIMITED,
    }),
    onSocketIo.length > 0
      ? new LateSocketIo({
          load: async () =>
            (await import('./socket-io/index.ts')).createSocketIo({
              dialects: onSocketIo.map((name) => socketIoDialects[name]()),
              clock,
              logger: logger.with({ part: 'socket-io' }),
              limits: dialectLimits,
            }),
          clock,
          logger: logger.with({ part: 'socket-io' }),
        })
      : refuseSocketIo(Object.keys(socketIoDialects)),
    // Its paths are anybody's.
    config.dialects.includes('topic')
      ? createTopicGateway({
          hub,
          access,
          clock,
          logger: logger.with({ gateway: 'topic' }),
          paths: topicPaths,
          capacity: config.topicCapacity,
          limits: dialectLimits,
        })
      : refuseTopicDialect(topicPaths),
    // The last to claim paths: --topic-path may name one of theirs.
    config.dialects.includes('messages')
      ? createMessagesGateway({
          hub,
          people,
          access,
          identify: accounts.identify,
          accounts: accounts.accounts,
          logins: accounts.logins,
          clock,
          logger: logger.with({ gateway: 'messages' }),
          limits: dialectLimits,
        })
      : refuseMessagesDialect(),
    config.dialects.includes('srs')
      ? createSrsGateway({
          hub,
          access,
          captures,
          ...(media.members ? { media: media.members } : {}),
          clock,
          logger: logger.with({ gateway: 'srs' }),
          capacity: config.srsCapacity,
          limits: dialectLimits,
        })
      : refuseSrsDialect(),
  ]
}
