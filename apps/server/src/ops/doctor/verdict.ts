import type { FaultCode, FaultFacts } from './faults.ts'

/** What became of a check. */
export type Verdict =
  | { kind: 'ok'; detail: string }
  | { kind: 'fails'; fault: FaultCode; facts: FaultFacts }
  | { kind: 'untried'; reason: string }

/** One thing that is tried. */
export interface Check {
  /** Stable: for programs. */
  id: string
  /** For people. */
  label: string
  /** Longer than it may take; `CHECK_MS` unless said. */
  timeoutMs?: number
  run(): Promise<Verdict>
}

export interface CheckResult {
  id: string
  label: string
  verdict: Verdict
}

export function ok(detail = ''): Verdict {
  return { kind: 'ok', detail }
}

export function fails(fault: FaultCode, facts: FaultFacts = {}): Verdict {
  return { kind: 'fails', fault, facts }
}

export function untried(reason: string): Verdict {
  return { kind: 'untried', reason }
}
