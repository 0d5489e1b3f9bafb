/** Folders in which people work: a path below one of them means one machine. */
const MACHINE_PATH = /(?<![\w.$}@/-])\/(?:home|Users|root|work|workspace|mnt)\/[\w.-]+/

/** An address of a package registry, or a lockfile entry that names one. */
const REGISTRY =
  /https?:\/\/[^\s"'/]*\b(?:registry|npmmirror|artifactory|verdaccio|nexus)\b[^\s"'/]*|"resolved":\s*"https?:/

/**
 * Places in a file that would not be true on another machine, as `line: what`.
 * `localPaths` are paths of the machine that checks.
 */
export function trackedProblems(text: string, localPaths: readonly string[]): string[] {
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const found = problemOf(line, localPaths)
    if (found) problems.push(`${index + 1}: ${found}`)
  }
  return problems
}

function problemOf(line: string, localPaths: readonly string[]): string | undefined {
  const path = localPaths.find((each) => line.includes(each)) ?? line.match(MACHINE_PATH)?.[0]
  if (path) return `the path of a machine, ${path}`
  const registry = line.match(REGISTRY)?.[0]
  return registry && `the address of a registry, ${registry}`
}
