import { Glob } from 'bun'
import { importProblems } from './lanes/import-rules.ts'
import { ROOT } from './lanes/step.ts'

const SOURCES = new Glob('{packages,apps,e2e,lab,bench,examples}/**/*.{ts,tsx}')

const problems: string[] = []
let fileCount = 0
for await (const file of SOURCES.scan({ cwd: ROOT })) {
  if (/(^|\/)(node_modules|dist|artifacts)\//.test(file)) continue
  fileCount += 1
  const found = importProblems(file, await Bun.file(`${ROOT}/${file}`).text())
  problems.push(...found.map((problem) => `${file}: ${problem}`))
}

for (const problem of problems.sort()) console.error(problem)
console.log(`${fileCount} files, ${problems.length} imports against the rules`)
if (problems.length > 0 || fileCount === 0) process.exitCode = 1
