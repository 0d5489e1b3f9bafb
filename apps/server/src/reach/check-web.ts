import { connect } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import type { Clock } from '@duet/base'
import type { CheckResult } from './check-turn.ts'

export interface CheckWebOptions {
  /** Where our HTTPS should be. */
  host: string
  port: number
  /** The certificates that we present, as PEM; each may be a chain that begins with it. */
  certificates: readonly string[]
  clock: Clock
  timeoutMs: number
  /** Ends it at once. */
  signal?: AbortSignal | undefined
}

/**
 * Whether our own HTTPS answers at an address: what answers there must have one of our
 * certificates. A router's own page is often on the same ports.
 */
export function checkWeb(options: CheckWebOptions): Promise<CheckResult> {
  const { host, port, clock, timeoutMs, signal } = options
  const own = new Set(options.certificates.map((pem) => new X509Certificate(pem).fingerprint256))
  const { promise, resolve } = Promise.withResolvers<CheckResult>()
  // Trust is not the question: nothing is said to whoever answers.
  const socket = connect({ host, port, rejectUnauthorized: false }, () => {
    const { fingerprint256 } = socket.getPeerCertificate()
    finish(own.has(fingerprint256) ? 'reached' : 'other')
  })
  const cancel = clock.after(timeoutMs, () => finish('silent'))
  const finish = (result: CheckResult): void => {
    cancel()
    socket.destroy()
    resolve(result)
  }
  socket.on('error', () => finish('silent'))
  signal?.addEventListener('abort', () => finish('silent'), { once: true })
  return promise
}
