import { createLogger, systemClock, type LogRecord } from '@duet/base'
import type { FrontOptions } from '../../front/front.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { openSocketIoFixture, type SocketIoFixture } from '../../socket-io/fixture.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { createRoomDialect } from './dialect.ts'

/** The dialect behind a front on a free port of loopback. For tests. */
export interface Fixture extends SocketIoFixture {
  hub: MemoryHub
  /** What was logged above `debug`. */
  complaints: readonly LogRecord[]
}

export function openFixture({
  limits = DIALECT_LIMITS,
  front,
}: { limits?: DialectLimits; front?: Partial<FrontOptions> } = {}): Fixture {
  const complaints: LogRecord[] = []
  const logger = createLogger('info', (record) => complaints.push(record))
  const hub = new MemoryHub(logger)
  const dialect = createRoomDialect({ hub, clock: systemClock, logger, limits })
  const fixture = openSocketIoFixture({ dialects: [dialect], logger, limits, front })
  return Object.assign(fixture, { hub, complaints })
}

export { until } from '../../testing/until.ts'
