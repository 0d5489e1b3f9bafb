import { Said } from './said.ts'

/** How a packet begins that is relayed: an event, the main namespace, no acknowledgement. */
const START = '2["message",'

/** Something said in a room. */
export interface Message {
  room: string
  said: Said
}

/** Reads a packet that is nothing but `message`, a room and data; undefined: it is another one. */
export function readMessage(packet: string): Message | undefined {
  if (!packet.startsWith(START)) return undefined
  const words = parseJson(packet.slice(1))
  if (!Array.isArray(words) || words.length !== 3) return undefined
  const [, room, data] = words as unknown[]
  if (typeof room !== 'string') return undefined
  const start = `${START}${JSON.stringify(room)},`
  if (!packet.startsWith(start)) return undefined
  return { room, said: new Said(data, packet.slice(start.length, packet.lastIndexOf(']'))) }
}

/** The packet that says it again, as it was written; undefined: it came with attachments. */
export function writeMessage(room: string, { json }: Said): string | undefined {
  return json === undefined ? undefined : `${START}${JSON.stringify(room)},${json}]`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
