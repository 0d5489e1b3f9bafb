import { existsSync } from 'node:fs'
import { installQuietly } from './quiet-install.ts'

/** A Debian package that some tests need. */
interface DebianPackage {
  name: string
  /** Its command, or a file of its own below `/usr/lib`: the tests look for it too. */
  sign: { command: string } | { file: string }
  /** Ends the sentence "Without it ...". */
  loss: string
}

const PACKAGES: readonly DebianPackage[] = [
  { name: 'chromium', sign: { command: 'chromium' }, loss: 'the browser tests are skipped' },
  {
    name: 'chromium-headless-shell',
    sign: { command: 'chromium-headless-shell' },
    loss: 'the browser tests take half as long again',
  },
  {
    name: 'firefox-esr',
    sign: { command: 'firefox-esr' },
    loss: 'the calls with Firefox are skipped',
  },
  {
    name: 'libnss3-tools',
    sign: { command: 'certutil' },
    loss: "the tests of Chromium that trusts the server's own authority are skipped",
  },
  {
    name: 'iproute2',
    sign: { command: 'ip' },
    loss: 'the tests in network namespaces are skipped',
  },
  {
    name: 'iptables',
    sign: { command: 'iptables' },
    loss: 'the tests in which datagrams get lost are skipped',
  },
  { name: 'nftables', sign: { command: 'nft' }, loss: 'the tests behind a NAT are skipped' },
  {
    name: 'libfaketime',
    sign: { file: '*/faketime/libfaketime.so.1' },
    loss: 'the tests with a wrong clock are skipped',
  },
  {
    name: 'nginx-light',
    sign: { command: 'nginx' },
    loss: 'the tests behind a reverse proxy are skipped',
  },
  {
    name: 'ffmpeg',
    sign: { command: 'ffmpeg' },
    loss: 'the tests of recordings and broadcasts are skipped',
  },
  {
    name: 'coturn',
    sign: { command: 'turnutils_uclient' },
    loss: 'the tests with another TURN client are skipped',
  },
  {
    name: 'pebble',
    sign: { command: 'pebble' },
    loss: "the tests with Let's Encrypt's own server for tests are skipped",
  },
  {
    name: 'postgresql',
    sign: { command: 'pg_ctlcluster' },
    loss: 'the tests of the store on PostgreSQL are skipped',
  },
  {
    name: 'mariadb-server-core',
    sign: { command: 'mariadbd' },
    loss: 'the tests of the store on MariaDB are skipped',
  },
  // The program that makes MariaDB's first tables needs it.
  {
    name: 'mariadb-client-core',
    sign: { command: 'my_print_defaults' },
    loss: 'the tests of the store on MariaDB are skipped',
  },
  ...gstreamerPackages(),
]

/** What publishes and plays without a browser, on Debian's own Python. */
function gstreamerPackages(): DebianPackage[] {
  return [
    ['gstreamer1.0-plugins-bad', '*/gstreamer-1.0/libgstwebrtc.so'],
    ['gstreamer1.0-plugins-ugly', '*/gstreamer-1.0/libgstx264.so'],
    ['gstreamer1.0-nice', '*/gstreamer-1.0/libgstnice.so'],
    ['gir1.2-gst-plugins-bad-1.0', '*/girepository-1.0/GstWebRTC-1.0.typelib'],
    ['python3-gst-1.0', 'python3/dist-packages/gi/overrides/Gst.py'],
  ].map(([name = '', file = '']) => ({
    name,
    sign: { file },
    loss: 'the tests with GStreamer are skipped',
  }))
}

/**
 * Installs what is missing when this is Debian and root; otherwise says in one
 * sentence each what to install and which tests are skipped.
 */
export async function ensureDebianPackages(): Promise<void> {
  const missing = PACKAGES.filter((each) => !isInstalled(each))
  if (missing.length === 0) return
  const isAble = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (isAble) await install(missing.map(({ name }) => name))
  for (const { name, loss } of missing.filter((each) => !isInstalled(each))) {
    console.log(`Without the Debian package ${name} (apt-get install ${name}) ${loss}.`)
  }
}

function isInstalled({ sign }: DebianPackage): boolean {
  if ('command' in sign) return Bun.which(sign.command) !== null
  const [found] = new Bun.Glob(sign.file).scanSync({ cwd: '/usr/lib', onlyFiles: false })
  return found !== undefined
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
