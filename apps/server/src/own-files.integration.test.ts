import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { FakeClock, silentLogger } from '@duet/base'
import { openCertificates } from './certificates.ts'
import { readConfig, sharedPorts } from './config/index.ts'
import { makeCertificate } from './front/make-certificate.ts'
import { openFront } from './front/testing.ts'
import { startTurn, tlsOf, turnGuests } from './turn.ts'

const HOUR_MS = 60 * 60 * 1000
const folder = mkdtempSync(join(tmpdir(), 'duet-own-files-'))
const LIVE = join(folder, 'live/duet.example')

afterAll(() => rmSync(folder, { recursive: true }))

/** Puts a new version into `archive` and leads the links of `live` there, as certbot does. */
async function renew(version: number, name: string): Promise<void> {
  const { cert, key } = await makeCertificate([name], Date.now())
  for (const path of ['archive/duet.example', 'live/duet.example']) {
    mkdirSync(join(folder, path), { recursive: true })
  }
  for (const [file, text] of Object.entries({ fullchain: cert, privkey: key })) {
    writeFileSync(join(folder, `archive/duet.example/${file}${version}.pem`), text)
    rmSync(join(LIVE, `${file}.pem`), { force: true })
    symlinkSync(`../../archive/duet.example/${file}${version}.pem`, join(LIVE, `${file}.pem`))
  }
}

for (const isShared of [false, true]) {
  test(`links of certbot are followed by HTTPS and TURN, on ${isShared ? 'one port' : 'two'}`, async () => {
    await renew(1, 'one.example')
    const [https = 0, turns = 0] = freePorts()
    const config = configOf(
      '--host=127.0.0.1',
      '--turn-port=off',
      `--https=${https}`,
      `--turns-port=${isShared ? https : turns}`,
      `--tls-cert=${join(LIVE, 'fullchain.pem')}`,
      `--tls-key=${join(LIVE, 'privkey.pem')}`,
    )
    const clock = new FakeClock()
    const certificates = await openCertificates({
      config,
      dataDirectory: folder,
      clock,
      logger: silentLogger,
    })
    const turn = await startTurn({
      config,
      ips: ['127.0.0.1'],
      certificate: certificates.all[0],
      localAddresses: { lan: ['127.0.0.1'], global: [] },
      secrets: ['secret'],
      nonceKey: new Uint8Array(32),
      logger: silentLogger,
    })
    const { front } = openFront({
      httpPorts: [],
      httpsPorts: config.https,
      tls: certificates.all,
      guests: turn && { ports: sharedPorts(config), guests: turnGuests(turn.server) },
    })
    const changed = Promise.withResolvers<void>()
    const stop = certificates.watch({
      onChange(all) {
        front.setTls(all)
        Promise.resolve(all[0] && turn?.server.setTls(tlsOf(all[0]))).then(
          changed.resolve,
          changed.reject,
        )
      },
      onAnswers() {},
    })
    // A browser offers HTTP, a TURN client nothing.
    const presented = () =>
      Promise.all([namesAt(https, ['http/1.1']), namesAt(isShared ? https : turns)])
    try {
      expect(await presented()).toEqual(['DNS:one.example', 'DNS:one.example'])
      await renew(2, 'two.example')
      clock.advance(HOUR_MS)
      await changed.promise
      expect(await presented()).toEqual(['DNS:two.example', 'DNS:two.example'])
    } finally {
      stop()
      await turn?.server.close()
      await front.close()
    }
  })
}

function configOf(...args: string[]) {
  const result = readConfig({ args, env: {}, isInNamespace: false })
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config
}

function namesAt(port: number, protocols?: string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const offer = protocols ? { ALPNProtocols: protocols } : {}
    const where = { host: '127.0.0.1', port, rejectUnauthorized: false }
    const socket = connect({ ...where, ...offer }, () => {
      resolve(socket.getPeerCertificate().subjectaltname)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

function freePorts(): number[] {
  const probes = [0, 0].map((port) =>
    Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }),
  )
  for (const probe of probes) probe.stop(true)
  return probes.map(({ port }) => port)
}
