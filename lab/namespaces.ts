import {
  ip,
  layCable,
  NamespaceSet,
  run,
  setGateway,
  waitForCarrier,
  type Namespace,
} from './namespace-set.ts'

export { labMissing, type Namespace } from './namespace-set.ts'

/** Two machines and the cable between them. */
export interface Lab {
  readonly server: Namespace
  readonly browsers: Namespace
  /** Takes everything down. Idempotent. */
  close(): void
}

/**
 * Makes two namespaces joined by a veth pair, `10.77.n.1` for the server and `10.77.n.2` for
 * the browsers. They go with `close()` or with the process; what a killed process left behind
 * goes when the next lab is made.
 */
export function createLab(): Lab {
  const networks = createNetworks(['browsers'])
  const { server, homes } = networks
  return { server, browsers: homes[0] as Home, close: () => networks.close() }
}

/** A machine at home: it reaches the server, and nobody else. */
export interface Home extends Namespace {
  /** Pulls the cable, or puts it back; returns when nothing, or everything, passes again. */
  setConnected(isConnected: boolean): void
  /** Lets so much come down to it, in kbit/s; undefined: all that there is. */
  limitDownlink(kbitPerSecond: number | undefined): void
  /** Loses such a share of the datagrams that it sends, by chance; 0: none any more. Needs iptables. */
  loseUplink(share: number): void
}

/** A server in the middle, and homes that can't reach each other but over it. */
export interface Networks {
  readonly server: Namespace
  readonly homes: readonly Home[]
  /** Takes everything down. Idempotent. */
  close(): void
}

/**
 * Makes a namespace for the server, and one for each of `roles` with a cable of its own to it, in a
 * network of its own: `10.77.n.1` and `10.77.n.2`, `10.78.n.1` and `10.78.n.2`, and so on. The
 * server's address is the one in the first network, which every home can reach; nothing is
 * forwarded between homes.
 */
export function createNetworks(roles: readonly string[]): Networks {
  const namespaces = new NamespaceSet()
  const host = process.pid % 250
  try {
    const server = namespaces.add('server', `10.77.${host}.1`)
    const homes = roles.map((role, index) => {
      const own = namespaces.add(role, `10.${77 + index}.${host}.2`)
      return home({ server, own, link: `veth${index}` })
    })
    return { server, homes, close: namespaces.close }
  } catch (error) {
    namespaces.close()
    throw error
  }
}

/** Lays the cable `link` from the server to a home. */
function home({ server, own, link }: { server: Namespace; own: Namespace; link: string }): Home {
  const gateway = own.address.replace(/\d+$/, '1')
  layCable(
    { at: server, link, addresses: [gateway] },
    { at: own, link: 'veth0', addresses: [own.address] },
  )
  setGateway(own, gateway)
  return {
    ...own,
    // At the server's end: there nothing has to be set up again.
    setConnected(isConnected) {
      ip('-n', server.name, 'link', 'set', link, isConnected ? 'up' : 'down')
      if (!isConnected) return
      waitForCarrier(server, link)
      waitForCarrier(own, 'veth0')
      // What was asked for in vain meanwhile is not known to be missing any more.
      ip('-n', own.name, 'neighbour', 'flush', 'dev', 'veth0')
    },
    limitDownlink(kbitPerSecond) {
      const [verb, ...shape] =
        kbitPerSecond === undefined
          ? ['del']
          : ['replace', 'tbf', 'rate', `${kbitPerSecond}kbit`, 'burst', '4kb', 'latency', '200ms']
      run('tc', '-n', server.name, 'qdisc', verb ?? '', 'dev', link, 'root', ...shape)
    },
    loseUplink(share) {
      run(...own.prefix, 'iptables', '-F', 'OUTPUT')
      if (share === 0) return
      const chance = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)]
      run(...own.prefix, 'iptables', '-A', 'OUTPUT', '-p', 'udp', ...chance, '-j', 'DROP')
    },
  }
}
