import type { FakeClient } from './fake-client.ts'
import { Hall } from './hall.ts'
import type { SocketIoLimits } from './limits.ts'
import { SocketIoStage } from './stage.ts'

/** A server on which nothing but a hall stands. For tests. */
export class HallStage extends SocketIoStage {
  constructor(limits: Partial<SocketIoLimits> = {}) {
    super({ dialects: () => [new Hall()], limits })
  }

  /** Two clients who hear each other. */
  async pair(): Promise<[FakeClient, FakeClient]> {
    return [await this.connect(), await this.connect()]
  }
}
