import type { Clock } from '@duet/base'
import type { MediaServer } from '@duet/media'
import type { Config } from '../config/index.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import type { MediaTokens } from '../media/tokens.ts'
import { version } from '../ops/version.ts'
import type { CheckServices } from './check-services.ts'
import { CheckStreams } from './check-streams.ts'
import { NetworkProbe } from './network-probe.ts'

export interface OpenCheckOptions {
  config: Pick<Config, 'rooms' | 'limits'>
  /** Undefined: there is none to try. */
  media: MediaServer | undefined
  tokens: MediaTokens
  localAddresses: LocalAddresses
  clock: Clock
}

/** What `/check` and `duet doctor` may have the server do for them. */
export function openCheckServices(options: OpenCheckOptions): CheckServices {
  const { config, media, tokens, localAddresses, clock } = options
  const isLimited = config.limits === 'on'
  return {
    media: media && {
      port: media.port,
      streams: new CheckStreams(media, { tokens, clock }),
      probe: new NetworkProbe(media, { localAddresses, isLimited, clock }),
    },
    version,
    openTo: config.rooms,
    isLimited,
    clock,
  }
}
