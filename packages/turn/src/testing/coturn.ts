import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian's coturn, on loopback. */
export interface Coturn {
  port: number
  close: () => Promise<void>
}

/** Whether the server of the Debian package is there. */
export const hasCoturn = Bun.which('turnserver') !== null

/**
 * Starts coturn on a free UDP port of 127.0.0.1, with users and denied networks (`a-b`). Resolves when
 * it answers.
 */
export async function startCoturn({
  users,
  realm,
  denied = [],
}: {
  users: ReadonlyMap<string, string>
  realm: string
  denied?: readonly string[]
}): Promise<Coturn> {
  const folder = mkdtempSync(join(tmpdir(), 'duet-coturn-'))
  const probe = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const { port } = probe
  probe.close()
  const options = [
    ...'-n --no-cli --no-tls --no-dtls --no-rfc5780 --allow-loopback-peers'.split(' '),
    ...`-L 127.0.0.1 -p ${port} --lt-cred-mech -r ${realm}`.split(' '),
    ...'--min-port 49152 --max-port 65535 -l stdout --simple-log'.split(' '),
    '--userdb',
    join(folder, 'users'),
    '--pidfile',
    join(folder, 'pid'),
    ...[...users].flatMap(([name, password]) => ['-u', `${name}:${password}`]),
    ...denied.map((range) => `--denied-peer-ip=${range}`),
  ]
  const server = Bun.spawn(['turnserver', ...options], { stdout: 'ignore', stderr: 'ignore' })
  await answers(port)
  return {
    port,
    async close() {
      server.kill('SIGKILL')
      await server.exited
      rmSync(folder, { recursive: true })
    },
  }
}

/** Resolves when a Binding request is answered. */
async function answers(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = await Bun.udpSocket({
    connect: { hostname: '127.0.0.1', port },
    socket: { data: () => resolve(), error() {} },
  })
  const request = Uint8Array.fromHex(`000100002112a442${'00'.repeat(12)}`)
  const timer = setInterval(() => {
    try {
      socket.send(request)
    } catch {
      // Nobody is there yet.
    }
  }, 50)
  await promise
  clearInterval(timer)
  socket.close()
}
