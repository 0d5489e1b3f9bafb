/** An error with a stable code; the message is for people, the code is API. */
export class DuetError<Code extends string = string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'DuetError'
    this.code = code
  }
}

/** Thrown where an object is used in a state that does not allow it. */
export class InvalidStateError extends DuetError<'invalid-state'> {
  constructor(message: string, options?: { cause?: unknown }) {
    super('invalid-state', message, options)
    this.name = 'InvalidStateError'
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
