import { existsSync } from 'node:fs'
import { installQuietly } from './quiet-install.ts'

/** A Debian package that some tests need. */
interface DebianPackage {
  name: string
  /** Its command: the tests look for it too. */
  command: string
  /** Ends the sentence "Without it ...". */
  loss: string
}

const PACKAGES: readonly DebianPackage[] = [
  { name: 'chromium', command: 'chromium', loss: 'the browser tests are skipped' },
  {
    name: 'chromium-headless-shell',
    command: 'chromium-headless-shell',
    loss: 'the browser tests take half as long again',
  },
  { name: 'firefox-esr', command: 'firefox-esr', loss: 'the calls with Firefox are skipped' },
  { name: 'iproute2', command: 'ip', loss: 'the tests in network namespaces are skipped' },
  { name: 'iptables', command: 'iptables', loss: 'the tests behind a NAT are skipped' },
  { name: 'nginx-light', command: 'nginx', loss: 'the tests behind a reverse proxy are skipped' },
  {
    name: 'coturn',
    command: 'turnutils_uclient',
    loss: 'the tests with another TURN client are skipped',
  },
  {
    name: 'postgresql',
    command: 'pg_ctlcluster',
    loss: 'the tests of the store on PostgreSQL are skipped',
  },
  {
    name: 'mariadb-server-core',
    command: 'mariadbd',
    loss: 'the tests of the store on MariaDB are skipped',
  },
  // The program that makes MariaDB's first tables needs it.
  {
    name: 'mariadb-client-core',
    command: 'my_print_defaults',
    loss: 'the tests of the store on MariaDB are skipped',
  },
]

/**
 * Installs what is missing when this is Debian and root; otherwise says in one
 * sentence each what to install and which tests are skipped.
 */
export async function ensureDebianPackages(): Promise<void> {
  const missing = PACKAGES.filter(({ command }) => Bun.which(command) === null)
  if (missing.length === 0) return
  const isAble = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (isAble) await install(missing.map(({ name }) => name))
  for (const { name, command, loss } of missing) {
    if (Bun.which(command) !== null) continue
    console.log(`Without the Debian package ${name} (apt-get install ${name}) ${loss}.`)
  }
}

async function install(names: string[]): Promise<void> {
  console.log(`Installing ${names.join(', ')} from Debian's packages ...`)
  await aptGet(['update', '-qq'])
  await installQuietly(names, (some) =>
    aptGet(['install', '-y', '-qq', '--no-install-recommends', ...some]),
  )
}

async function aptGet(argv: string[]): Promise<void> {
  const child = Bun.spawn(['apt-get', ...argv], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const exitCode = await child.exited
  if (exitCode !== 0) console.log(`apt-get ${argv[0]} ended with ${exitCode}.`)
}
