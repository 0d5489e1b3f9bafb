// Runs one of the lanes (check, test, test:long, bench, format) with everything it needs
// installed first. Plain JavaScript for Node >= 18.
import { spawn } from 'node:child_process'
import { ensureDevDependencies } from './dependencies.mjs'

const [lane, ...rest] = process.argv.slice(2)
const argv = lane === 'bench' ? ['bench/main.ts', ...rest] : ['scripts/lanes/main.ts', lane]

const bun = ensureDevDependencies()
const child = spawn(bun, argv, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1)
})
