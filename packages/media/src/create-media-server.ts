import type { Clock, Logger } from '@duet/base'
import { batchedDatagrams, type DatagramNetwork, type DatagramPort } from '@duet/datagrams'
import { parseIp } from '@duet/stun'
import { createDtlsContext } from './dtls/create-context.ts'
import { DEFAULT_LIMITS, NO_LIMITS, type MediaLimits } from './limits.ts'
import { MediaCore } from './media-core.ts'
import type { MediaServer } from './media-server.ts'

export interface MediaServerOptions {
  /** Where it listens for UDP; all on one port number. */
  listen: readonly { host: string; port: number }[]
  /** IP addresses to tell clients, in the order of preference. */
  candidates: readonly string[]
  /** One that runs evenly, such as `steadyClock`: all that is sent again or ends goes by it. */
  clock: Clock
  logger: Logger
  /** off: for benchmarks. */
  limits?: 'off' | Partial<MediaLimits>
  network?: DatagramNetwork
}

/**
 * Opens the media server. Rejects with a DuetError: `no-openssl`, or a `BindErrorCode` of
 * `@duet/datagrams`.
 */
export async function createMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { listen, candidates, clock, logger, network = batchedDatagrams } = options
  const dtls = createDtlsContext({ clock })
  const core = new MediaCore({ dtls, candidates, clock, logger, limits: limitsOf(options.limits) })
  const ports: DatagramPort[] = []
  try {
    for (const { host, port } of listen) {
      const ip = parseIp(host)
      if (ip === undefined) throw new TypeError(`"${host}" is not an IP address`)
      // oxlint-disable-next-line no-await-in-loop -- a port of 0 is the same for all
      const bound: DatagramPort = await network.bind({
        ip,
        port: port === 0 && ports[0] ? core.port : port,
        onDatagram: (payload, from) => core.handleDatagram(payload, from, bound),
      })
      ports.push(bound)
      core.addPort(bound)
    }
  } catch (error) {
    core.close()
    dtls.close()
    throw error
  }
  return core
}

function limitsOf(limits: MediaServerOptions['limits']): MediaLimits {
  return limits === 'off' ? NO_LIMITS : { ...DEFAULT_LIMITS, ...limits }
}
