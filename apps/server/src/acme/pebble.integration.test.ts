import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '@duet/base'
import type { Certificate } from '../front/certificate.ts'
import type { Front } from '../front/front.ts'
import { makeCertificate } from '../front/make-certificate.ts'
import { openFront } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { Challenges, type ChallengeType } from './challenges.ts'
import { DomainCertificate } from './domain-certificate.ts'
import { openKeptFiles } from './kept-files.ts'
import { createSigner } from './testing/signer.ts'

// Let's Encrypt's own server for tests, and a name server that leads every name to loopback.
const PROGRAMS = ['pebble', 'pebble-challtestsrv'].map((name) => Bun.which(name) ?? '')
const isMissing = PROGRAMS.includes('')
const title = isMissing ? 'Pebble: skipped, not found (Debian: pebble)' : 'Pebble'

describe.skipIf(isMissing)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-pebble-'))
  const challenges = new Challenges((certificates) => front.setAnswers(certificates))
  const ports = { pebble: freePort(), management: freePort(), names: freePort(), rules: freePort() }
  const directory = `https://localhost:${ports.pebble}/dir`
  let front: Front
  let root = ''
  let children: Bun.Subprocess[] = []

  beforeAll(async () => {
    const tls = [await makeCertificate(['localhost'], Date.now())]
    front = openFront({ httpsPorts: [0], tls, httpRoutes: [challenges.route] }).front
    const signer = await createSigner(Date.now())
    root = signer.root
    const own = await signer.ownCertificate(Date.now())
    writeFileSync(join(folder, 'cert.pem'), own.cert)
    writeFileSync(join(folder, 'key.pem'), own.key)
    const [httpPort, tlsPort] = front.listeners.map(({ port }) => port)
    const pebble = {
      listenAddress: `127.0.0.1:${ports.pebble}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      certificate: join(folder, 'cert.pem'),
      privateKey: join(folder, 'key.pem'),
      httpPort,
      tlsPort,
    }
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ pebble }))
    const flags = [
      ['-config', config, '-dnsserver', `127.0.0.1:${ports.names}`],
      ['-dns01', `127.0.0.1:${ports.names}`, '-management', `127.0.0.1:${ports.rules}`].concat([
        '-http01',
        '',
        '-https01',
        '',
        '-tlsalpn01',
        '',
        '-defaultIPv6',
        '',
      ]),
    ]
    children = PROGRAMS.map((program, index) =>
      Bun.spawn([program, ...(flags[index] ?? [])], {
        // Names are looked for each time, at once, and a fifth of all good nonces is refused.
        env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20', PEBBLE_AUTHZREUSE: '0' },
        stdio: ['ignore', 'ignore', 'ignore'],
      }),
    )
    await answers(directory, root)
    // It makes RSA keys first.
  }, 60_000)

  afterAll(async () => {
    for (const child of children) child.kill()
    await Promise.all(children.map(({ exited }) => exited))
    await front?.close()
    rmSync(folder, { recursive: true })
  })

  test.each<ChallengeType>(['http-01', 'tls-alpn-01'])(
    'gives a certificate for two names by %s, and renews it',
    async (type) => {
      const changes: Certificate[] = []
      const make = (domains: readonly string[]) =>
        new DomainCertificate({
          domains,
          directory,
          email: 'ann@mail.test',
          ca: root,
          challengeTypes: [type],
          files: openKeptFiles(join(folder, type), directory),
          challenges,
          onChange: (changed) => changes.push(changed),
          clock: systemClock,
          logger: silentLogger,
        })
      const first = make(['a.example', 'b.example'])
      first.start()
      await until(() => changes.length === 1)
      first.close()
      // A name more: the account is known already.
      const second = make(['a.example', 'b.example', 'c.example'])
      second.start()
      await until(() => changes.length === 2)
      second.close()
      expect(changes.map(({ names }) => names.length)).toEqual([2, 3])
    },
    60_000,
  )
})

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  probe.stop(true)
  return probe.port
}

/** Resolves once there is somebody. */
async function answers(url: string, ca: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url, { tls: { ca }, keepalive: false })
      return
    } catch {
      await Bun.sleep(20)
    }
  }
}
