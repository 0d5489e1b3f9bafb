import type { TlsCertificate } from '../stream-listener.ts'

/** A self-signed certificate for `localhost`, made with OpenSSL's command. */
export function makeCertificate(): TlsCertificate {
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout -'.split(' ')
  const certificate = '-x509 -days 2 -subj /CN=localhost -out -'.split(' ')
  const { stdout } = Bun.spawnSync(['openssl', 'req', ...newKey, ...certificate])
  const pem = stdout.toString()
  const [cert, key] = ['CERTIFICATE', 'PRIVATE KEY'].map((label) => blockOf(pem, label))
  return { cert: cert ?? '', key: key ?? '' }
}

function blockOf(pem: string, label: string): string {
  const block = new RegExp(`-----BEGIN ${label}-----[^]*?-----END ${label}-----`).exec(pem)
  if (!block) throw new Error(`openssl made no ${label}`)
  return `${block[0]}\n`
}
