import { silentLogger, type Clock } from '@duet/base'
import type { Hub } from '../hub/hub.ts'
import { Casts } from './casts.ts'
import { CAST_LIMITS, type CastLimits } from './limits.ts'

/** Casts of a server that is always the same one. For tests. */
export function openCasts(hub: Hub, clock: Clock, limits: Partial<CastLimits> = {}): Casts {
  return new Casts({
    hub,
    key: Buffer.alloc(32, 7),
    clock,
    logger: silentLogger,
    limits: { ...CAST_LIMITS, ...limits },
  })
}
