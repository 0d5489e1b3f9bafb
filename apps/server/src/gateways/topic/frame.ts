import { memberText } from '../member-text.ts'

/** What a client says; `told` is how the others are told of it. */
export type Frame =
  | { cmd: 'subscribe'; subject: string }
  | { cmd: 'publish'; subject: string; event: string; data: unknown; told: string }

/**
 * Reads a client's frame; undefined when it says nothing that is known. Never throws. Data is
 * told as its client wrote it: nothing of it is lost, and nothing is written twice.
 */
export function readFrame(text: string): Frame | undefined {
  const usual = readUsualFrame(text)
  if (usual) return usual
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { cmd, subject, event, data } = value as Record<string, unknown>
  if (typeof subject !== 'string') return undefined
  if (cmd === 'subscribe') return { cmd, subject }
  if (cmd !== 'publish' || typeof event !== 'string' || data === undefined) return undefined
  return { cmd, subject, event, data, told: `${opening(event)}${memberText(text, 'data')}}` }
}

/** What this server tells by itself. */
export function writeFrame(event: string, data: unknown): string {
  return JSON.stringify({ cmd: 'publish', event, data })
}

/** The usual events, with all that stands before their data when they are told. */
const OPENINGS = new Map(
  ['call', 'offer', 'answer', 'candidate', 'chat'].map((event) => [event, opening(event)]),
)

const BEFORE_SUBJECT = '{"cmd":"publish","subject":"'
const BEFORE_EVENT = '","event":"'
const BEFORE_DATA = '","data":'

/**
 * Reads what nearly every client writes: these four members in this order, without spaces.
 * Then only data has to be parsed, and the rest of the frame is known to be right.
 */
function readUsualFrame(text: string): Frame | undefined {
  if (!text.startsWith(BEFORE_SUBJECT)) return undefined
  const subjectEnd = text.indexOf('"', BEFORE_SUBJECT.length)
  if (!text.startsWith(BEFORE_EVENT, subjectEnd)) return undefined
  const subject = text.slice(BEFORE_SUBJECT.length, subjectEnd)
  if (!isPlain(subject)) return undefined
  const eventStart = subjectEnd + BEFORE_EVENT.length
  const eventEnd = text.indexOf('"', eventStart)
  if (!text.startsWith(BEFORE_DATA, eventEnd)) return undefined
  const event = text.slice(eventStart, eventEnd)
  const beginning = OPENINGS.get(event)
  const dataStart = eventEnd + BEFORE_DATA.length
  if (beginning === undefined || !text.endsWith('}')) return undefined
  const data = parseJson(text.slice(dataStart, -1))
  if (data === undefined) return undefined
  return { cmd: 'publish', subject, event, data, told: beginning + text.slice(dataStart) }
}

function opening(event: string): string {
  return `{"cmd":"publish","event":${JSON.stringify(event)},"data":`
}

/** Written in JSON as it is. */
function isPlain(text: string): boolean {
  return JSON.stringify(text) === `"${text}"`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
