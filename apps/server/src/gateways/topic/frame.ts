import { memberText } from './member-text.ts'

/** What a client says. */
export type Frame =
  | { cmd: 'subscribe'; subject: string }
  | { cmd: 'publish'; subject: string; event: string; data: unknown }

/** Reads a client's frame; undefined when it says nothing that is known. Never throws. */
export function readFrame(text: string): Frame | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { cmd, subject, event, data } = value as Record<string, unknown>
  if (typeof subject !== 'string') return undefined
  if (cmd === 'subscribe') return { cmd, subject }
  if (cmd !== 'publish' || typeof event !== 'string' || data === undefined) return undefined
  return { cmd, subject, event, data }
}

/**
 * What other subscribers are told of a frame that `readFrame` took for `event`: its data stands
 * there as its client wrote it.
 */
export function relayFrame(text: string, event: string): string {
  return `{"cmd":"publish","event":${JSON.stringify(event)},"data":${memberText(text, 'data')}}`
}

/** What this server tells by itself. */
export function writeFrame(event: string, data: unknown): string {
  return JSON.stringify({ cmd: 'publish', event, data })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
