import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subprocess } from 'bun'
import { SUBPROTOCOL } from '@duet/protocol'
import { FREE_PORTS, spawnServer, type SpawnedServer } from '../spawn-server.ts'
import { makeCertificate } from './make-certificate.ts'

const nginx = Bun.which('nginx', { PATH: `${process.env['PATH']}:/usr/sbin` })
const isMissing = nginx === null
if (isMissing) process.stderr.write('Skipped behind nginx: install the package nginx.\n')

const insecure = { tls: { rejectUnauthorized: false } }

describe.skipIf(isMissing)('behind nginx that speaks HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-nginx-'))
  const [securePort, plainPort] = [freePort(), freePort()]
  let server: SpawnedServer
  let proxy: Subprocess

  beforeAll(async () => {
    server = await spawnServer(FREE_PORTS)
    const { cert, key } = await makeCertificate(['duet.example'], Date.now())
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
    mkdirSync(join(folder, 'temp'))
    const config = join(folder, 'nginx.conf')
    writeFileSync(config, nginxConfig(folder, { securePort, plainPort, to: server.port('http') }))
    proxy = Bun.spawn([nginx ?? '', '-p', folder, '-c', config, '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await answering(`http://127.0.0.1:${plainPort}/healthz`)
  })

  afterAll(async () => {
    proxy.kill('SIGTERM')
    await Promise.all([proxy.exited, server.stop()])
    rmSync(folder, { recursive: true })
  })

  test('pages are served without being sent elsewhere', async () => {
    const answer = await fetch(`https://127.0.0.1:${securePort}/r/lake`, {
      ...insecure,
      headers: { host: 'duet.example' },
      redirect: 'manual',
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  test('a WebSocket passes, with its subprotocol', async () => {
    // The DOM's types do not know that Bun takes options here.
    const options = { protocols: [SUBPROTOCOL], ...insecure } as unknown as string[]
    const client = new WebSocket(`wss://127.0.0.1:${securePort}/ws`, options)
    await new Promise((resolve, reject) => {
      client.addEventListener('open', resolve)
      client.addEventListener('close', reject)
    })
    expect(client.protocol).toBe(SUBPROTOCOL)
    client.close()
  })

  test('a proxy that was reached by HTTP leads to HTTPS', async () => {
    const answer = await fetch(`http://127.0.0.1:${plainPort}/r/lake`, {
      headers: { host: 'duet.example' },
      redirect: 'manual',
    })
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(
      `https://duet.example:${server.port('https')}/r/lake`,
    )
  })
})

function nginxConfig(
  folder: string,
  { securePort, plainPort, to }: { securePort: number; plainPort: number; to: number },
): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`)
    .join('\n  ')
  return `
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 64; }
http {
  access_log off;
  ${temp}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${plainPort};
    listen 127.0.0.1:${securePort} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / {
      proxy_pass http://127.0.0.1:${to};
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
    }
  }
}
`
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  probe.stop(true)
  return probe.port
}

/** Resolves when something answers there; the test's own limit of time ends the wait. */
async function answering(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url)
      return
    } catch {
      await Bun.sleep(20)
    }
  }
}
