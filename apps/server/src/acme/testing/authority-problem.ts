import type { Problem } from '../acme-error.ts'

/** What the authority for tests refuses, as RFC 8555 §6.7 says it. */
export class AuthorityProblem extends Error {
  readonly status: number
  readonly type: string
  readonly inner: readonly Problem[]

  constructor(status: number, type: string, detail: string, inner: readonly Problem[] = []) {
    super(detail)
    this.status = status
    this.type = type
    this.inner = inner
  }

  /** As a problem document (RFC 7807). */
  get document(): Record<string, unknown> {
    return {
      type: `urn:ietf:params:acme:error:${this.type}`,
      detail: this.message,
      status: this.status,
      ...(this.inner.length > 0
        ? {
            subproblems: this.inner.map(({ type, detail, name }) => ({
              type: `urn:ietf:params:acme:error:${type}`,
              detail,
              identifier: { type: 'dns', value: name },
            })),
          }
        : {}),
    }
  }
}

/** RFC 8555 §6.7: what was sent makes no sense. */
export function malformed(detail: string): AuthorityProblem {
  return new AuthorityProblem(400, 'malformed', detail)
}

/** RFC 8555 §6.7: it is somebody else's. */
export function unauthorized(detail: string): AuthorityProblem {
  return new AuthorityProblem(403, 'unauthorized', detail)
}
