import { setRules, type Namespace } from './namespace-set.ts'

/** Where what comes to port 443 is to go, by what it is. */
export interface FrontTargets {
  /** The port that speaks HTTPS. */
  web: number
  /** The port that speaks TURN over TLS. */
  relay: number
}

const PROGRAM = new URL('tls-front.ts', import.meta.url).pathname

/** Free for it: programs in a lab take high ports, or known ones. */
const FRONT_PORT = 4443

/**
 * Has a server's machine take both pages and relays at port 443, whichever program listens there;
 * resolves with what ends it.
 */
export async function startTlsFront(
  server: Namespace,
  { web, relay }: FrontTargets,
): Promise<() => Promise<void>> {
  const ports = [FRONT_PORT, web, relay].map(String)
  const child = Bun.spawn([...server.prefix, process.execPath, PROGRAM, ...ports], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  await child.stdout.getReader().read()
  setRules(
    server,
    `
table ip front {
  chain prerouting {
    type nat hook prerouting priority dstnat
    iifname != "lo" tcp dport 443 redirect to :${FRONT_PORT}
  }
}
`,
  )
  return async () => {
    child.kill()
    await child.exited
  }
}
