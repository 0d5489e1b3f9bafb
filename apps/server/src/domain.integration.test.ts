import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { systemClock } from '@duet/base'
import { PROTOCOL_VERSION, SUBPROTOCOL, type Welcome } from '@duet/protocol'
import { startTestAuthority } from './acme/testing/test-authority.ts'
import { spawnServer } from './spawn-server.ts'

test('a server gets its certificate by itself, and then tells browsers of turns:', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-domain-'))
  const ports = { http: freePort(), https: freePort() }
  const authority = await startTestAuthority({ ports, clock: systemClock })
  writeFileSync(join(folder, 'ca.pem'), authority.root)
  const turnsPort = freePort()
  const flags = [
    ...'--turn-port 0 --media-port 0 --srs-api-port 0 --srs-port 0'.split(' '),
    `--http=${ports.http}`,
    `--https=${ports.https}`,
    `--turns-port=${turnsPort}`,
    '--domain=duet.example',
    `--acme-directory=${authority.directory}`,
    `--acme-ca=${join(folder, 'ca.pem')}`,
  ]
  const start = () => spawnServer(flags, undefined, folder)
  let server = await start()
  try {
    expect(server.banner).toContain(`From anywhere     https://duet.example:${ports.https}\n`)
    expect(server.banner).toContain('one for duet.example is being got')
    for (const port of [ports.https, turnsPort]) await trusted(port, authority.root)
    expect(await iceUrls(ports.http)).toContainEqual(expect.stringMatching(/^turns:/))
    await server.stop()
    server = await start()
    expect(server.banner).toContain('Certificate       duet.example, until 20')
    await trusted(ports.https, authority.root)
    expect(authority.orders).toEqual([['duet.example']])
  } finally {
    await server.stop()
    await authority.close()
    rmSync(folder, { recursive: true })
  }
}, 30_000)

/** Resolves once who connects there may trust it as duet.example. */
async function trusted(port: number, ca: string): Promise<void> {
  while (!(await isTrusted(port, ca))) await Bun.sleep(20)
}

function isTrusted(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'duet.example', ca }, () => {
      resolve(socket.authorized)
      socket.destroy()
    })
    socket.on('error', () => resolve(false))
  })
}

async function iceUrls(port: number): Promise<string[]> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL)
  const { promise, resolve } = Promise.withResolvers<Welcome>()
  client.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data)) as Welcome))
  client.addEventListener('open', () =>
    client.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION })),
  )
  const { iceServers } = await promise
  client.close()
  return iceServers.flatMap(({ urls }) => urls)
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  probe.stop(true)
  return probe.port
}
