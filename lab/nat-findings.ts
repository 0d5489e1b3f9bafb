import type { PublicHost } from './internet.ts'
import type { Namespace } from './namespace-set.ts'

type Dependence =
  | 'endpoint-independent'
  | 'address-dependent'
  | 'address-and-port-dependent'
  | 'blocked'

/** What a machine can find out about what stands between it and the internet. */
export interface NatFindings {
  /** RFC 4787 §4.1 */
  mapping: Dependence
  /** RFC 4787 §5 */
  filtering: Dependence
  /** The ports of the reflector that it can connect to. */
  tcpPorts: number[]
}

/** Something that says by what address it sees whoever asks; ends with `close()`. */
export interface Reflector {
  readonly host: PublicHost
  readonly ports: readonly number[]
  close(): Promise<void>
}

const PROGRAM = new URL('reflector.ts', import.meta.url).pathname
const PROBE = new URL('nat-probe.ts', import.meta.url).pathname

/** Starts a reflector on all addresses of a public host, of which NAT probes want two. */
export async function startReflector(
  host: PublicHost,
  ports: readonly number[],
): Promise<Reflector> {
  const child = Bun.spawn([...host.prefix, process.execPath, PROGRAM, ...places(host, ports)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  await child.stdout.getReader().read()
  return {
    host,
    ports,
    async close() {
      child.kill()
      await child.exited
    },
  }
}

/** What a machine finds out with a reflector at two addresses and two ports. */
export async function findNat(machine: Namespace, reflector: Reflector): Promise<NatFindings> {
  const argv = [process.execPath, PROBE, ...places(reflector.host, reflector.ports)]
  const child = Bun.spawn([...machine.prefix, ...argv], { stdout: 'pipe', stderr: 'inherit' })
  return JSON.parse(await new Response(child.stdout).text())
}

function places({ addresses }: PublicHost, ports: readonly number[]): string[] {
  return [addresses.join(','), ports.join(',')]
}
