/** Set in the environment of a benchmark that runs in a network namespace of its own. */
const INSIDE = 'DUET_BENCH_NAMESPACE'

/** Whether this process was started by `runInNamespace`. */
export function isInNamespace(): boolean {
  return process.env[INSIDE] !== undefined
}

/**
 * Runs a benchmark again where nothing but this run can be reached, and where these addresses are this
 * machine's: clients on 127.0.0.1 are refused by some servers. Needs root.
 */
export async function runInNamespace(
  bench: string,
  args: readonly string[],
  addresses: readonly string[],
): Promise<void> {
  const script = [
    'ip link set lo up',
    'ip link add duet0 type veth peer name duet1',
    ...addresses.map((address) => `ip addr add ${address}/24 dev duet0`),
    'ip link set duet0 up',
    'ip link set duet1 up',
    'exec "$@"',
  ].join(' && ')
  const command = [process.execPath, Bun.main, bench, ...args]
  const child = Bun.spawn(['unshare', '--net', 'sh', '-c', script, 'sh', ...command], {
    env: { ...process.env, [INSIDE]: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.exitCode = await child.exited
}
