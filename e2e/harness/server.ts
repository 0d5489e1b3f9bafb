import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from './wait.ts'

export interface ServerOptions {
  /** More options of `npm start`, as `['--turns', 'always']`. */
  flags?: readonly string[]
  /** Put before the command, as `['ip', 'netns', 'exec', 'x']`. */
  prefix?: readonly string[]
  env?: Record<string, string>
  /** In place of free ones. */
  ports?: { https?: number; turn?: number | 'off'; turns?: number; media?: number }
}

/** A server as `npm start` runs it, on free ports and with a data directory of its own. */
export interface RunningServer {
  /** `http://localhost:<port>`: browsers trust it as they trust HTTPS. */
  readonly http: string
  /** `https://localhost:<port>`, behind a self-signed certificate. */
  readonly https: string
  /** `http://localhost:<port>`: where clients of SRS look for its API, and for its signaling. */
  readonly srs: { readonly api: string; readonly signaling: string }
  readonly pid: number
  /** Where it keeps its data. */
  readonly data: string
  /** Everything that it printed, across restarts. */
  output(): string
  /** Ends it as Ctrl-C does; resolves with its exit code. Idempotent. */
  stop(): Promise<number>
  /** Starts it again after `stop()`, on the same ports with the same data. */
  start(): Promise<void>
  /** Stops it and removes its data. Idempotent. */
  close(): Promise<void>
}

interface Ports {
  http: number
  https: number
  srsApi: number
  srs: number
}

const ENTRY = new URL('../../apps/server/src/cli.ts', import.meta.url).pathname
const START_TIMEOUT_MS = 15_000

/** Starts a server and waits until it says where it listens. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const data = mkdtempSync(join(tmpdir(), 'duet-e2e-'))
  const lines: string[] = []
  let ports: Ports = { http: 0, https: 0, srsApi: 0, srs: 0 }
  let startOfRun = 0
  let child = spawn()

  function spawn() {
    const fresh = Bun.spawn([...(options.prefix ?? []), ...commandLine(data, ports, options)], {
      env: {
        ...process.env,
        DUET_LOG_LEVEL: 'debug',
        DUET_STUN_SERVERS: 'off',
        ...options.env,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    void collect(fresh.stdout, lines)
    void collect(fresh.stderr, lines)
    return fresh
  }

  async function listening(): Promise<void> {
    await waitUntil(
      'the server says where it listens',
      () => {
        const said = lines.join('').slice(startOfRun)
        if (child.exitCode !== null) throw new Error(`the server ended:\n${lines.join('')}`)
        const [http = 0, https = 0] = firewallPorts(said)
        if (http && https) ports = { http, https, ...srsPorts(said) }
        return http && https
      },
      { timeoutMs: START_TIMEOUT_MS },
    )
  }

  const server: RunningServer = {
    get http() {
      return `http://localhost:${ports.http}`
    },
    get https() {
      return `https://localhost:${ports.https}`
    },
    get srs() {
      return {
        api: `http://localhost:${ports.srsApi}`,
        signaling: `http://localhost:${ports.srs}`,
      }
    },
    get pid() {
      return child.pid
    },
    data,
    output: () => lines.join(''),
    stop() {
      child.kill('SIGTERM')
      return child.exited
    },
    async start() {
      startOfRun = lines.join('').length
      child = spawn()
      await listening()
    },
    async close() {
      child.kill('SIGTERM')
      await child.exited
      rmSync(data, { recursive: true, force: true })
    },
  }

  try {
    await listening()
  } catch (error) {
    child.kill('SIGKILL')
    rmSync(data, { recursive: true, force: true })
    throw error
  }
  return server
}

/** A token of this server for the `cast` dialect, as `duet cast-token` prints it. */
export function castToken(server: RunningServer): string {
  return runCommand(server, ['cast-token', 'Test'])
}

/**
 * A token of this server for one stream, `room/name`, or for those who run it, as `duet media-token`
 * prints it.
 */
export function mediaToken(
  server: RunningServer,
  ...wanted: [kind: 'publish' | 'play', stream: string] | ['admin']
): string {
  const text = runCommand(server, ['media-token', ...wanted])
  const token = text.match(/^Token\s+(\S+)$/m)?.[1]
  if (token === undefined) throw new Error(`there is no token in ${text}`)
  return token
}

/** What a command prints that shares the data of this server. */
function runCommand({ data }: RunningServer, args: readonly string[]): string {
  const argv = [process.execPath, ENTRY, ...args, '--data', data]
  const { stdout, stderr, exitCode } = Bun.spawnSync(argv)
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr.toString().trim()}`)
  return stdout.toString().trim()
}

function commandLine(data: string, ports: Ports, options: ServerOptions): string[] {
  return [
    process.execPath,
    ENTRY,
    'start',
    '--http',
    String(ports.http),
    '--https',
    String(ports.https || options.ports?.https || 0),
    '--turn-port',
    String(options.ports?.turn ?? 0),
    '--turns-port',
    String(options.ports?.turns ?? 0),
    '--media-port',
    String(options.ports?.media ?? 0),
    '--srs-api-port',
    String(ports.srsApi),
    '--srs-port',
    String(ports.srs),
    '--data',
    data,
    ...(options.flags ?? []),
  ]
}

/** The TCP ports that the server names, HTTP first, then HTTPS. */
function firewallPorts(text: string): number[] {
  const list = text.match(/\b(\d+(?:,\d+)+)\/tcp\b/)?.[1]
  return list?.split(',').map(Number) ?? []
}

/** The ports where clients of SRS look, 0 for one that is not there. */
function srsPorts(text: string): Pick<Ports, 'srsApi' | 'srs'> {
  const port = (name: string) => Number(text.match(new RegExp(`\\b${name} on (\\d+)`))?.[1] ?? 0)
  return { srsApi: port('srs-api'), srs: port('srs') }
}

async function collect(stream: ReadableStream<Uint8Array>, lines: string[]): Promise<void> {
  const decoder = new TextDecoder()
  for await (const chunk of stream) lines.push(decoder.decode(chunk, { stream: true }))
}
