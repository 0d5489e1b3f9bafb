import { DuetError } from '@duet/base'

/**
 * unreachable: the authority did not answer. bad-answer: it did not speak ACME. refused: it said no.
 * not-in-time: it did not come to an end. closed: the server stops.
 */
export type AcmeErrorCode = 'unreachable' | 'bad-answer' | 'refused' | 'not-in-time' | 'closed'

/** What an authority says went wrong (RFC 8555 §6.7). */
export interface Problem {
  /** Without its namespace: `rateLimited`. */
  type: string
  detail: string
  /** The name that it is about. */
  name?: string
}

/** Why there is no certificate. */
export class AcmeError extends DuetError<AcmeErrorCode> {
  /** The authority's reasons, one for each name that it refused, or one for all. */
  readonly problems: readonly Problem[]
  /** Milliseconds until it may be asked again, where it says so. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: AcmeErrorCode,
    message: string,
    details: {
      problems?: readonly Problem[]
      retryAfterMs?: number | undefined
      cause?: unknown
    } = {},
  ) {
    super(code, message, { cause: details.cause })
    this.problems = details.problems ?? []
    this.retryAfterMs = details.retryAfterMs
  }
}

const NAMESPACE = 'urn:ietf:params:acme:error:'

/** A problem document (RFC 7807), and those within it (RFC 8555 §6.7.1). */
export function problemsOf(document: unknown): Problem[] {
  const { type, detail, subproblems, identifier } = fieldsOf(document)
  const { value } = fieldsOf(identifier)
  const inner = Array.isArray(subproblems) ? subproblems.flatMap(problemsOf) : []
  if (inner.length > 0) return inner
  return [
    {
      type: typeof type === 'string' ? type.replace(NAMESPACE, '') : 'unknown',
      detail: typeof detail === 'string' ? printable(detail) : '',
      ...(typeof value === 'string' ? { name: value } : {}),
    },
  ]
}

/** The fields of an object; those of anything else are missing. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

const MAX_DETAIL_LENGTH = 400

/** On one line, and not endless: it goes into the log. */
function printable(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, MAX_DETAIL_LENGTH)
}
