import { createHash, X509Certificate } from 'node:crypto'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { messageOf } from '@duet/base'
import type { ChallengeType } from '../challenges.ts'
import { AuthorityProblem, unauthorized } from './authority-problem.ts'

/** What is looked for, and where. */
export interface Proof {
  type: ChallengeType
  name: string
  token: string
  keyAuthorization: string
  /** Where the name leads; undefined: nowhere. */
  address: string | undefined
  /** In place of 80 and 443. */
  ports: { http: number; https: number }
}

const TIMEOUT_MS = 5000

/** Looks for it over the network. Rejects with an AuthorityProblem. */
export async function validate(proof: Proof): Promise<void> {
  const { type, name, address } = proof
  if (address === undefined) {
    throw new AuthorityProblem(400, 'dns', `no valid A or AAAA records for ${name}`)
  }
  if (type === 'http-01') await validateHttp(proof, address)
  else await validateTls(proof, address)
}

/** RFC 8555 §8.3. */
async function validateHttp(proof: Proof, address: string): Promise<void> {
  const { name, token, keyAuthorization, ports } = proof
  let said: string
  let status: number
  try {
    const url = `http://${address}:${ports.http}/.well-known/acme-challenge/${token}`
    const answer = await fetch(url, {
      headers: { host: name },
      keepalive: false,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    status = answer.status
    said = await answer.text()
  } catch (error) {
    throw new AuthorityProblem(400, 'connection', `${address}: ${messageOf(error)}`)
  }
  if (status !== 200) throw unauthorized(`${name} answers ${status}`)
  // Whitespace at its end is let pass.
  if (said.trimEnd() !== keyAuthorization) throw unauthorized(`${name} says something else`)
}

/** RFC 8737 §3, in the order of its steps. */
async function validateTls(proof: Proof, address: string): Promise<void> {
  const { name, keyAuthorization, ports } = proof
  const socket = await handshake(address, ports.https, name)
  try {
    if (socket.alpnProtocol !== 'acme-tls/1') throw unauthorized('acme-tls/1 was not negotiated')
    const certificate = new X509Certificate(socket.getPeerCertificate(true).raw)
    if (certificate.subjectAltName !== `DNS:${name}`) throw unauthorized('it is for another name')
    // SEQUENCE { id-pe-acmeIdentifier, critical TRUE, OCTET STRING { OCTET STRING { digest } } }
    const digest = createHash('sha256').update(keyAuthorization).digest('hex')
    const extension = `06082b0601050507011f0101ff04220420${digest}`
    if (!certificate.raw.toString('hex').includes(extension)) {
      throw unauthorized('its acmeIdentifier is wrong')
    }
  } finally {
    socket.destroy()
  }
}

function handshake(host: string, port: number, servername: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { host, port, servername, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false },
      () => resolve(socket),
    )
    const fail = (type: string, why: string) =>
      reject(new AuthorityProblem(400, type, `${host}: ${why}`))
    socket.setTimeout(TIMEOUT_MS, () => {
      fail('connection', 'nothing in time')
      socket.destroy()
    })
    socket.on('error', (error) => {
      const isTls = /SSL|TLS|ALPN/i.test(`${(error as { code?: string }).code} ${error.message}`)
      fail(isTls ? 'tls' : 'connection', error.message)
    })
    socket.on('close', () => fail('tls', 'closed before the handshake was over'))
  })
}
