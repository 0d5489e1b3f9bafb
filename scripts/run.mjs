// Runs one of the lanes (check, test, test:long, bench, format) with everything it needs
// installed first. Plain JavaScript for Node >= 18.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ensureInstalled, findBun, ROOT, SetupError } from './setup.mjs'

const [lane, ...rest] = process.argv.slice(2)
const entry = lane === 'bench' ? ['bench/main.ts'] : ['scripts/lanes/main.ts', lane]

try {
  ensureInstalled({ dev: true })
  run(findBun())
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function run(bun) {
  const child = spawn(bun, ['--no-install', ...entry, ...rest], { cwd: ROOT, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
