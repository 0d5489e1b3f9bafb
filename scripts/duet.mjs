#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, findBun, ROOT, SetupError } from './setup.mjs'

/**
 * How many requests to other servers Bun has under way at once. Its own 256 would let a few hundred
 * streams through --proxy keep everybody else waiting.
 */
const MAX_HTTP_REQUESTS = '16384'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

try {
  ensureInstalled()
  run(findBun())
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`duet: ${error.message}\n`)
  process.exitCode = 1
}

/** Runs the command with Bun, passes signals on and ends as it ends. */
function run(bun) {
  const cli = join(ROOT, 'apps/server/src/cli.ts')
  let child
  // Before the spawn: a busy machine may take its time between two lines.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  child = spawn(bun, ['--no-install', cli, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { BUN_CONFIG_MAX_HTTP_REQUESTS: MAX_HTTP_REQUESTS, ...process.env },
  })
  child.on('error', (error) => {
    process.stderr.write(`duet: ${bun} can't be run (${error.message}).\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
