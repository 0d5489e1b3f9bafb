import type { CheckWords } from '../../i18n/check-en.ts'
import type { NetworkResult } from './network-checks.ts'
import { CHECK_GROUPS, type CheckGroup, type CheckId, type CheckState } from './verdict.ts'

export interface ReportFacts {
  /** The page's origin. */
  origin: string
  userAgent: string
  /** Milliseconds since the epoch. */
  now: number
  result: NetworkResult | undefined
  stateOf: (id: CheckId) => CheckState
}

/** What more there is to say of a check; empty where nothing is. */
export function sentenceOf(words: CheckWords, state: CheckState): string {
  if (state.name !== 'done') return ''
  const { verdict } = state
  switch (verdict.kind) {
    case 'ok':
      return verdict.note ? words.notes[verdict.note](verdict.facts) : ''
    case 'fails':
      return words.faults[verdict.fault].what(verdict.facts)
    case 'untried':
      return words.reasons[verdict.reason]
  }
}

/** Whether it works, in a word. */
export function stateWord(words: CheckWords, state: CheckState): string {
  return words.states[state.name === 'done' ? state.verdict.kind : state.name]
}

/** Everything as plain text, for somebody who helps; credentials never reach it. */
export function checkReport(words: CheckWords, facts: ReportFacts): string {
  const { origin, userAgent, now, result, stateOf } = facts
  const server = result?.facts
  const lines = [
    `${words.reportTitle} · ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `${words.reportServer}: ${origin}${server ? ` (Duet ${server.version})` : ''}`,
    `${words.reportBrowser}: ${userAgent}`,
    ...(server ? [`${words.reportAddress}: ${server.address}`] : []),
  ]
  for (const [group, ids] of Object.entries(CHECK_GROUPS)) {
    lines.push('', words.groups[group as CheckGroup])
    for (const id of ids) lines.push(...linesOf(words, id, stateOf(id)))
  }
  return `${lines.join('\n')}\n`
}

const SIGNS = { ok: '+', fails: '!', untried: '-' }

function linesOf(words: CheckWords, id: CheckId, state: CheckState): string[] {
  const sign = state.name === 'done' ? SIGNS[state.verdict.kind] : '-'
  const sentence = sentenceOf(words, state)
  const first = `${sign} ${words.labels[id]}: ${stateWord(words, state)}${sentence && `. ${sentence}`}`
  if (state.name !== 'done' || state.verdict.kind !== 'fails') return [first]
  const { why, change, operator } = words.faults[state.verdict.fault]
  return [
    first,
    `    ${words.why}: ${why}`,
    `    ${words.change}: ${change}`,
    `    ${words.forOperator}: ${operator}`,
  ]
}
