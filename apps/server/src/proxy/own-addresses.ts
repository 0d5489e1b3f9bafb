import { isBelow, type ProxyRule } from '../config/index.ts'

/** An address that Duet itself answers. */
export interface OwnAddress {
  path: string
  /** All below it is Duet's as well. */
  isTree: boolean
  /** Duet's pages don't work without it. */
  isNeeded: boolean
}

/** What rules mean for Duet's own addresses. */
export interface Judgement {
  /** Why the rules can't stand, one sentence each. */
  problems: string[]
  /** Which of Duet's addresses each rule goes before, by its prefix. */
  hidden: ReadonlyMap<string, string[]>
}

/** A rule may go before Duet's own addresses, but for those that its pages need. */
export function judgeRules(rules: readonly ProxyRule[], own: readonly OwnAddress[]): Judgement {
  const problems: string[] = []
  const hidden = new Map<string, string[]>()
  for (const { prefix } of rules) {
    if (prefix === '/') continue
    const taken = own.filter(({ path }) => isBelow(path, prefix))
    const needed = pathsOf(taken.filter(({ isNeeded }) => isNeeded))
    if (needed.length > 0) {
      problems.push(
        `--proxy ${prefix} takes ${needed.join(', ')} from Duet's own pages: choose a longer path.`,
      )
    }
    const cut = own.filter(({ path, isTree }) => isTree && isBelow(prefix, path))
    const paths = pathsOf([...taken, ...cut])
    if (paths.length > 0) hidden.set(prefix, paths)
  }
  return { problems, hidden }
}

function pathsOf(addresses: readonly OwnAddress[]): string[] {
  return [...new Set(addresses.map(({ path }) => path))]
}
