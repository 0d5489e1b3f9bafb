import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@duet/base'
import type { SrtpKeys } from '../srtp/keys.ts'
import { createDtlsContext } from './create-context.ts'
import type { DtlsAssociation, DtlsContext, DtlsEnd, DtlsOptions, Fingerprint } from './dtls.ts'

const isMissing = Bun.which('openssl') === null
const title = isMissing
  ? 'the openssl command: skipped, not found (Debian: openssl)'
  : 'the openssl command'
const HOST = '127.0.0.1'
const PROFILE = 'SRTP_AEAD_AES_128_GCM'

describe.skipIf(isMissing)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-dtls-'))
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const identity = ['-cert', certificate, '-key', key]
  let context: DtlsContext
  let theirs: Fingerprint

  beforeAll(() => {
    context = createDtlsContext({ clock: systemClock })
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', key, '-out', certificate, '-subj', '/CN=outside']
    Bun.spawnSync(['openssl', 'req', '-x509', ...curve, ...files], { stderr: 'ignore' })
    const { fingerprint256 } = new X509Certificate(readFileSync(certificate))
    theirs = { algorithm: 'sha-256', value: fingerprint256 }
  })

  afterAll(() => {
    context.close()
    rmSync(folder, { recursive: true })
  })

  test.concurrent.each([
    ['SRTP_AEAD_AES_128_GCM', 56],
    ['SRTP_AEAD_AES_256_GCM', 88],
    ['SRTP_AES128_CM_SHA1_80', 60],
  ])('s_client agrees on the keys of %s, and says goodbye', async (profile, size) => {
    const ours = await overUdp((options) => context.accept(options), [theirs])
    const child = openssl('s_client', [
      '-connect',
      `${HOST}:${ours.port}`,
      ...identity,
      ...exporting(profile, size),
    ])
    const keys = await ours.connected
    child.endInput()
    expect(await ours.ended).toEqual({ reason: 'closed' })
    expect(await child.output).toContain(`Keying material: ${exportOf(keys.remote, keys.local)}`)
    expect(keys.profile).toBe(profile as SrtpKeys['profile'])
    ours.close()
  })

  test.concurrent('s_client is understood with ChaCha20-Poly1305, too', async () => {
    const ours = await overUdp((options) => context.accept(options), [theirs])
    const address = ['-connect', `${HOST}:${ours.port}`]
    const suite = ['-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305']
    const child = openssl('s_client', [...address, ...suite, ...identity, '-use_srtp', PROFILE])
    await ours.connected
    child.endInput()
    expect(await ours.ended).toEqual({ reason: 'closed' })
    expect(await child.output).toContain('Cipher is ECDHE-ECDSA-CHACHA20-POLY1305')
    ours.close()
  })

  test.concurrent('s_client without a certificate is refused', async () => {
    const ours = await overUdp((options) => context.accept(options), [theirs])
    const child = openssl('s_client', ['-connect', `${HOST}:${ours.port}`, '-use_srtp', PROFILE])
    const message = 'peer did not return a certificate'
    expect(await ours.ended).toEqual({ reason: 'failed', message })
    child.endInput()
    expect(await child.output).toContain('handshake failure')
    ours.close()
  })

  test.concurrent('s_server agrees on the keys, and hears our goodbye', async () => {
    const port = await freePort()
    const child = openssl('s_server', [
      '-accept',
      `${HOST}:${port}`,
      '-Verify',
      '1',
      ...identity,
      ...exporting(PROFILE, 56),
    ])
    await child.says('ACCEPT')
    const ours = await overUdp((options) => context.connect(options), [theirs], port)
    const keys = await ours.connected
    ours.association.close()
    expect(ours.association.state).toBe('ended')
    await child.says('DONE')
    child.kill()
    expect(await child.output).toContain(`Keying material: ${exportOf(keys.local, keys.remote)}`)
    ours.close()
  })
})

/** The options with which they export what SRTP keys are made of. */
function exporting(profile: string, size: number): string[] {
  const exporter = ['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', `${size}`]
  return ['-use_srtp', profile, ...exporter]
}

/** The exporter's bytes, as they were before they were split (RFC 5764 §4.2). */
function exportOf(client: SrtpKeys['local'], server: SrtpKeys['local']): string {
  return Buffer.concat([client.key, server.key, client.salt, server.salt])
    .toString('hex')
    .toUpperCase()
}

/** An association at the end of a UDP socket, which sends to whoever sent last. */
async function overUdp(
  open: (options: DtlsOptions) => DtlsAssociation,
  fingerprints: Fingerprint[],
  peerPort = 0,
) {
  const connected = Promise.withResolvers<SrtpKeys>()
  const ended = Promise.withResolvers<DtlsEnd>()
  const peer = { port: peerPort, address: HOST }
  const socket = await Bun.udpSocket({
    hostname: HOST,
    socket: {
      data(_socket, datagram, port) {
        peer.port = port
        association.receive(datagram)
      },
      error() {},
    },
  })
  const association = open({
    fingerprints,
    send: (datagram) => void socket.send(datagram, peer.port, peer.address),
    onConnected: connected.resolve,
    onEnded: ended.resolve,
  })
  const stop = systemClock.every(50, () => association.tick())
  const close = () => {
    stop()
    association.close()
    socket.close()
  }
  const { port } = socket
  return { association, port, connected: connected.promise, ended: ended.promise, close }
}

async function freePort(): Promise<number> {
  const probe = await Bun.udpSocket({ hostname: HOST })
  const { port } = probe
  probe.close()
  return port
}

function openssl(command: string, argv: string[]) {
  const child = Bun.spawn(['openssl', command, '-dtls1_2', '-mtu', '1200', ...argv], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let said = ''
  const listeners = new Set<() => void>()
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      said += text
      for (const listener of listeners) listener()
    }
  }
  const output = Promise.all([read(child.stdout), read(child.stderr)]).then(() => said)
  const says = async (words: string) => {
    const heard = Promise.withResolvers<undefined>()
    const check = () => {
      if (said.includes(words)) heard.resolve(undefined)
    }
    listeners.add(check)
    check()
    await heard.promise
  }
  return { output, says, endInput: () => void child.stdin.end(), kill: () => child.kill() }
}
