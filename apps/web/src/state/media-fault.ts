/** Why a device gives nothing. */
export type MediaFault = 'denied' | 'none' | 'in-use' | 'failed'

const FAULTS: Record<string, MediaFault> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'in-use',
  AbortError: 'failed',
}

/** Reads the outcome of `getUserMedia` (Media Capture and Streams §10.2) by the name of the exception. */
export function mediaFaultOf(error: unknown): MediaFault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  return FAULTS[name] ?? 'failed'
}
