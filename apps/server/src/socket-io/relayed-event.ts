import { Said } from './said.ts'

/** An event of the main namespace that is passed on: made of a text, and data as it came. */
export interface RelayedEvent {
  event: string
  /** For the room dialect, the room. */
  text: string
  said: Said
}

/** Reads packets that are nothing but one of these events, a text and data. */
export class RelayedEventReader {
  readonly #starts: readonly { event: string; start: string }[]

  constructor(events: readonly string[]) {
    this.#starts = events.map((event) => ({ event, start: startOf(event) }))
  }

  /** Undefined: it is another packet. */
  read(packet: string): RelayedEvent | undefined {
    for (const { event, start } of this.#starts) {
      if (packet.startsWith(start)) return readAfter(start, event, packet)
    }
    return undefined
  }
}

/** The packet that says it again, as it was written; undefined: it came with attachments. */
export function writeRelayed({ event, text, said: { json } }: RelayedEvent): string | undefined {
  return json === undefined ? undefined : `${startOf(event)}${JSON.stringify(text)},${json}]`
}

/** How its packet begins: an event, the main namespace, no acknowledgement. */
function startOf(event: string): string {
  return `2[${JSON.stringify(event)},`
}

function readAfter(start: string, event: string, packet: string): RelayedEvent | undefined {
  const words = parseJson(packet.slice(1))
  if (!Array.isArray(words) || words.length !== 3) return undefined
  const [, text, data] = words as unknown[]
  if (typeof text !== 'string') return undefined
  const dataStart = `${start}${JSON.stringify(text)},`
  if (!packet.startsWith(dataStart)) return undefined
  const json = packet.slice(dataStart.length, packet.lastIndexOf(']'))
  return { event, text, said: new Said(data, json) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
