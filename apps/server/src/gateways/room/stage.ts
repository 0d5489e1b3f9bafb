import { silentLogger, type Logger } from '@duet/base'
import { MemoryHub } from '../../hub/memory.ts'
import type { FakeClient } from '../../socket-io/fake-client.ts'
import { SocketIoStage } from '../../socket-io/stage.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { createRoomDialect } from './dialect.ts'

/** The dialect with clients that have no network: WebSockets of version 4. For tests. */
export class Stage extends SocketIoStage {
  readonly hub: MemoryHub

  constructor(some: Partial<DialectLimits> = {}, logger: Logger = silentLogger) {
    const hub = new MemoryHub(logger)
    const limits = { ...DIALECT_LIMITS, ...some }
    super({
      dialects: (clock) => [createRoomDialect({ hub, clock, logger, limits })],
      limits,
      logger,
    })
    this.hub = hub
  }

  /** Two clients in one room, with what they heard of that forgotten. */
  async pair(room = 'lake'): Promise<[FakeClient, FakeClient]> {
    const [a, b] = [await this.connect(), await this.connect()]
    await a.say('join', room)
    await b.say('join', room)
    a.take()
    b.take()
    return [a, b]
  }
}
