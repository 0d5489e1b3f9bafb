import { MAX_USER_ID } from '@duet/protocol'
import type { UserId } from '@duet/rules'
import { memberText } from '../member-text.ts'
import type { Code } from './codes.ts'

/** What a client says. */
export interface Frame {
  method: string
  /** The text of a message; empty where there is none. */
  text: string
  /** Somebody wrote the text: it is not the page's own. */
  isWritten: boolean
  /** Whom it names as the sender; undefined: nobody, NaN: nobody who can be. */
  fromId: UserId | undefined
  /** Undefined: nobody who can be. */
  toId: UserId | undefined
  data: unknown
  /** The data as its client wrote it. */
  dataText: string
}

/** What a client is told. */
export interface Push {
  method: string
  code: Code
  /** For people; never empty. */
  message: string
  /** JSON; absent: null. */
  dataText?: string
}

/** The `type` of a text; 0 is the page's own. */
const TEXT_TYPE = 1

/** What others see of a client's method that is no string. */
const NO_METHOD = ''

/**
 * Reads a client's frame, whose keys may be spelled in any case; of several that differ in case
 * only, the last one counts. Undefined when it is no JSON object. Never throws.
 */
export function readFrame(text: string): Frame | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys = new Map(Object.keys(value).map((key) => [key.toLowerCase(), key]))
  const member = (name: string): unknown => Reflect.get(value, keys.get(name) ?? name)
  const method = member('method')
  const message = member('message')
  const fromId = member('fromid')
  const toId = readId(member('toid'))
  const data = member('data')
  return {
    method: typeof method === 'string' ? method : NO_METHOD,
    text: typeof message === 'string' ? message : '',
    isWritten: member('type') === TEXT_TYPE,
    fromId: isNobody(fromId) ? undefined : readId(fromId),
    toId: Number.isNaN(toId) ? undefined : toId,
    data,
    dataText: memberText(text, keys.get('data') ?? 'data') ?? 'null',
  }
}

/** The frame that tells it. */
export function writePush({ method, code, message, dataText = 'null' }: Push): string {
  const [name, words] = [JSON.stringify(method), JSON.stringify(message)]
  return `{"method":${name},"type":${TEXT_TYPE},"message":${words},"code":${code},"data":${dataText}}`
}

/** What clients write who don't know their id yet. */
function isNobody(id: unknown): boolean {
  return id === undefined || id === null || id === '' || id === 0 || id === '0'
}

/** A positive 32-bit integer, or one in digits; otherwise NaN. */
function readId(value: unknown): UserId {
  const isDigits = typeof value === 'string' && /^\d{1,10}$/.test(value)
  const id = isDigits ? Number(value) : value
  const isRight = typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= MAX_USER_ID
  return isRight ? id : NaN
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
