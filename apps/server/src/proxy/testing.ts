import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import type { Server, WebSocketHandler } from 'bun'
import type { FrontOptions } from '../front/front.ts'
import { openFront } from '../front/testing.ts'
import { createProxy, type RuledProxy } from './proxy.ts'

/** A front that passes `/up` on to an upstream, and what became of it. For tests. */
export interface ProxyStage {
  port: number
  proxy: RuledProxy
  clock: FakeClock
  records: LogRecord[]
  /** Of the front: `http://127.0.0.1:…`. */
  origin: string
  close(): Promise<void>
}

/** Passes `/up` on to a port of this machine, unless other rules are given. */
export function openStage(
  upstreamPort: number,
  {
    rules,
    front: options = {},
  }: { rules?: [string, string][]; front?: Partial<FrontOptions> } = {},
): ProxyStage {
  const clock = new FakeClock()
  const records: LogRecord[] = []
  const given = rules ?? [['/up', `http://127.0.0.1:${upstreamPort}`] as const]
  const proxy = createProxy({
    rules: given.map(([prefix, upstream]) => ({ prefix, upstream })),
    hiddenCookies: ['__Host-duet'],
    clock,
    logger: createLogger('info', (record) => records.push(record)),
  })
  const { front, port } = openFront({ proxy, ...options })
  return {
    port,
    proxy,
    clock,
    records,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      proxy.close()
      await front.close()
    },
  }
}

/** An upstream of Bun's on a free port. */
export function openUpstream(
  fetch: (request: Request, server: Server<string>) => Response | undefined | Promise<Response>,
  websocket: WebSocketHandler<string> = { message: () => {} },
): Server<string> {
  return Bun.serve<string>({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch,
    websocket: { idleTimeout: 0, backpressureLimit: 1e9, maxPayloadLength: 1e9, ...websocket },
  })
}

/** The port of a server that listens no more. */
export async function deadPort(): Promise<number> {
  const server = openUpstream(() => new Response())
  const port = server.port ?? 0
  await server.stop(true)
  return port
}
