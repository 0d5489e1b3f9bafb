import { homedir } from 'node:os'
import { trackedProblems } from './lanes/tracked-rules.ts'
import { ROOT } from './lanes/step.ts'

const here = [ROOT.replace(/\/$/, ''), homedir()].filter((path) => path.split('/').length > 2)
const files = Bun.spawnSync(
  ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: ROOT,
  },
)
  .stdout.toString()
  .split('\0')
  .filter(Boolean)

const problems: string[] = []
for (const file of files) {
  const content = Bun.file(`${ROOT}/${file}`)
  if (!(await content.exists())) continue
  const bytes = await content.bytes()
  if (bytes.includes(0)) continue
  const found = trackedProblems(new TextDecoder().decode(bytes), here)
  problems.push(...found.map((problem) => `${file}:${problem}`))
}

for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${problems.length} places that only one machine knows`)
if (problems.length > 0 || files.length === 0) process.exitCode = 1
