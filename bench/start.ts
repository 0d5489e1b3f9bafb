import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTable } from './statistics.ts'

const ROUNDS = 11

const LAUNCHER = new URL('../scripts/duet.mjs', import.meta.url).pathname
const SERVER = new URL('../apps/server/src/cli.ts', import.meta.url).pathname

/** The time from the command to the line that says where it listens. */
export async function benchStart(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'duet-bench-'))
  try {
    const server = [process.execPath, '--no-install', SERVER]
    const launcher = ['node', LAUNCHER]
    // The first start makes the certificate and is left out.
    await timeToListening(server, data)
    printTable('start to listening, ms', [
      { name: 'server alone', values: await rounds(server, data), target: '<= 300' },
      { name: 'with the launcher', values: await rounds(launcher, data) },
    ])
  } finally {
    rmSync(data, { recursive: true })
  }
}

async function rounds(command: readonly string[], data: string): Promise<number[]> {
  const values: number[] = []
  while (values.length < ROUNDS) values.push(await timeToListening(command, data))
  return values
}

async function timeToListening(command: readonly string[], data: string): Promise<number> {
  const free = [
    '--http',
    '--https',
    '--turn-port',
    '--turns-port',
    '--media-port',
    '--srs-api-port',
  ]
  const ports = [...free, '--srs-port'].flatMap((flag) => [flag, '0'])
  const startedAt = performance.now()
  const child = Bun.spawn([...command, 'start', ...ports, '--data', data], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  try {
    const decoder = new TextDecoder()
    let said = ''
    for await (const chunk of child.stdout) {
      said += decoder.decode(chunk, { stream: true })
      if (said.includes('is ready')) return performance.now() - startedAt
    }
    throw new Error(`the server ended without listening: ${said}`)
  } finally {
    child.kill('SIGTERM')
    await child.exited
  }
}
