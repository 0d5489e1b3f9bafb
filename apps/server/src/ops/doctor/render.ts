import { sentencesOf } from './faults.ts'
import type { CheckResult } from './verdict.ts'

const LABEL_WIDTH = 26
const WIDTH = 96
const INDENT = ' '.repeat(8)

const SIGNS = { ok: 'ok', fails: 'fails', untried: '-' } as const
/** ANSI colours (ECMA-48 §8.3.117). */
const COLOURS = { ok: 32, fails: 31, untried: 90 } as const

/** One check as lines of text; a failing one says what is wrong, why it matters and what to change. */
export function renderResult({ label, verdict }: CheckResult, isColoured: boolean): string {
  const { kind } = verdict
  const sign = SIGNS[kind].padEnd(6)
  const painted = isColoured ? `\u001B[${COLOURS[kind]}m${sign}\u001B[0m` : sign
  const head = `${painted}  ${label.padEnd(LABEL_WIDTH)}`
  if (verdict.kind === 'ok') return `${head}${verdict.detail}`.trimEnd()
  if (verdict.kind === 'untried') return `${head}not tried: ${verdict.reason}`
  const { wrong, why, change } = sentencesOf(verdict.fault, verdict.facts)
  return [
    `${painted}  ${label}`,
    ...wrap(`What is wrong:  ${wrong}`),
    ...wrap(`Why it matters: ${why}`),
    ...wrap(`To change:      ${change}`),
  ].join('\n')
}

/** How it stands, in a sentence. */
export function renderSummary(results: readonly CheckResult[]): string {
  const count = (kind: CheckResult['verdict']['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length
  const [failed, untried] = [count('fails'), count('untried')]
  const rest = untried > 0 ? `, ${untried} not tried` : ''
  if (failed === 0) return `All of ${count('ok')} checks are well${rest}.`
  return `${failed} of ${results.length} checks ${failed === 1 ? 'fails' : 'fail'}${rest}.`
}

/** All of it for programs. */
export function renderJson(target: string, results: readonly CheckResult[]): string {
  const checks = results.map(({ id, label, verdict }) => {
    if (verdict.kind === 'ok') return { id, label, outcome: 'ok', detail: verdict.detail }
    if (verdict.kind === 'untried') return { id, label, outcome: 'untried', reason: verdict.reason }
    const { fault, facts } = verdict
    return { id, label, outcome: 'fails', fault, facts, ...sentencesOf(fault, facts) }
  })
  return JSON.stringify({ target, isWell: !checks.some(isFailing), checks }, null, 2)
}

function isFailing({ outcome }: { outcome: string }): boolean {
  return outcome === 'fails'
}

/** The text below a label; lines after the first one stand under what follows its first words. */
function wrap(text: string): string[] {
  const [, first = ''] = /^(.{16})/.exec(text) ?? []
  const lines = [first]
  // A port stays with its -p, so that both can be copied.
  for (const word of text.slice(16).split(/(?<!-p) /)) {
    const line = lines.at(-1) ?? ''
    const isFresh = line.length <= 16
    if (!isFresh && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(`${' '.repeat(16)}${word}`)
    } else lines[lines.length - 1] = isFresh ? `${line}${word}` : `${line} ${word}`
  }
  return lines.map((line) => `${INDENT}${line}`)
}
