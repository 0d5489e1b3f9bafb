import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from './wait.ts'

/** A reverse proxy as people put it in front of Duet; ends with `close()`. */
export interface RunningNginx {
  readonly origin: string
  close(): Promise<void>
}

export interface NginxOptions {
  /** Whether WebSockets get through; what is often forgotten. They do unless said. */
  passesUpgrades?: boolean
  /** Where it listens; any free port of 127.0.0.1 unless said. */
  listen?: { address: string; port: number }
  /** Put before the command, as `['ip', 'netns', 'exec', 'x']`; `listen` is needed then. */
  prefix?: readonly string[]
}

/**
 * Starts nginx in front of `target`. It says that browsers reach it over HTTPS, as one that
 * holds the certificate does.
 */
export async function startNginx(
  target: string,
  options: NginxOptions = {},
): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'duet-nginx-'))
  const { address, port } = options.listen ?? { address: '127.0.0.1', port: await freePort() }
  const { passesUpgrades = true, prefix = [] } = options
  const text = configuration(folder, { listen: `${address}:${port}`, target, passesUpgrades })
  writeFileSync(join(folder, 'nginx.conf'), text)
  const argv = ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')]
  const child = Bun.spawn([...prefix, ...argv], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  // It writes its number when it listens.
  await waitUntil('nginx listens', () => existsSync(join(folder, 'pid')))
  return {
    origin: `http://${address}:${port}`,
    async close() {
      child.kill('SIGQUIT')
      await child.exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(
  folder: string,
  { listen, target, passesUpgrades }: { listen: string; target: string; passesUpgrades: boolean },
): string {
  const upgrade = `
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;`
  return `
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen ${listen};
    location / {
      proxy_pass ${target.replace('localhost', '127.0.0.1')};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;${passesUpgrades ? upgrade : ''}
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
    }
  }
}
`
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const { port } = probe
  await probe.stop(true)
  if (port === undefined) throw new Error('there is no free port')
  return port
}
