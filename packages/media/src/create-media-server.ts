import { DuetError, type Clock, type Logger } from '@duet/base'
import {
  batchedDatagrams,
  bindAddresses,
  type DatagramNetwork,
  type DatagramPort,
} from '@duet/datagrams'
import { parseIp } from '@duet/stun'
import { createDtlsContext } from './dtls/create-context.ts'
import { DEFAULT_LIMITS, NO_LIMITS, type MediaLimits } from './limits.ts'
import { MediaCore } from './media-core.ts'
import type { MediaServer } from './media-server.ts'

export interface MediaServerOptions {
  /** Where it listens for UDP; all on one port number. `0.0.0.0` and `::` are all addresses. */
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
  try {
    for (const each of listen) await openPorts(core, network, each)
  } catch (error) {
    core.close()
    dtls.close()
    throw error
  }
  return core
}

/**
 * Opens a port for each address that a host stands for. Of several addresses, those that are only
 * just coming up are left out.
 */
async function openPorts(
  core: MediaCore,
  network: DatagramNetwork,
  { host, port }: { host: string; port: number },
): Promise<void> {
  const ip = parseIp(host)
  if (ip === undefined) throw new TypeError(`"${host}" is not an IP address`)
  const ips = bindAddresses(ip)
  for (const [index, each] of ips.entries()) {
    try {
      const bound: DatagramPort = await network.bind({
        ip: each,
        port: port === 0 ? core.port : port,
        onPacket: (packet, from) => core.handlePacket(packet, from, bound),
      })
      core.addPort(bound)
    } catch (error) {
      const isLastHope = core.port === 0 && index === ips.length - 1
      const isMissing = error instanceof DuetError && error.code === 'address-unavailable'
      if (ips.length === 1 || isLastHope || !isMissing) throw error
    }
  }
}

function limitsOf(limits: MediaServerOptions['limits']): MediaLimits {
  return limits === 'off' ? NO_LIMITS : { ...DEFAULT_LIMITS, ...limits }
}
