import type { HistoryCall } from './history.ts'

const COLUMNS = [
  'id',
  'direction',
  'name',
  'displayName',
  'media',
  'startedAt',
  'answeredAt',
  'endedAt',
  'seconds',
  'reason',
  'missed',
  'text',
] as const

/** Calls as CSV (RFC 4180), with a mark for programs that would take UTF-8 for something else. */
export function callsAsCsv(calls: readonly HistoryCall[], user: number): string {
  const rows = calls.map((call) => {
    const { answeredAt, endedAt } = call
    const seconds =
      answeredAt === null || endedAt === null ? '' : Math.round((endedAt - answeredAt) / 1000)
    return [
      call.id,
      call.caller === user ? 'out' : 'in',
      call.with.name,
      call.with.displayName,
      call.media,
      timeOf(call.startedAt),
      timeOf(answeredAt),
      timeOf(endedAt),
      String(seconds),
      call.reason ?? '',
      String(call.isMissed),
      call.text ?? '',
    ]
  })
  const lines = [COLUMNS, ...rows].map((row) => row.map(cell).join(','))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

function timeOf(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}

/** A cell that spreadsheets take for text, whatever it begins with: some read full-width signs, too. */
function cell(text: string): string {
  const isFormula = /^\s*[=+\-@\t\r]/.test(text.normalize('NFKC'))
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`
}
