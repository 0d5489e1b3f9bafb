import { parseArgs } from 'node:util'
import type { DialectName } from './dialects.ts'

/** What `npm run bench:signal --` understands. */
export const USAGE = `npm run bench:signal -- [options]
  --rounds N             rounds of load (5)
  --memory-rounds N      rounds of idle sessions (3)
  --only NAME            one row: native, native-tls, topic, topic-tls, room, socketio-on-node,
                         bare, other; may be repeated
  --in-flight N          signals that each client has on their way at saturation (16: as many as
                         an offer with its candidates)
  --rate N               signals per second of the paced load (10000)
  --plot FILE            draws the medians as SVG
  --other COMMAND        one more server, one process, started by this command
  --other-url URL        where it listens, as http://127.0.0.1:1985
  --other-dialect NAME   what it speaks: native, topic or room (room)`

export interface SignalOptions {
  rounds: number
  memoryRounds: number
  /** Empty: all rows. */
  only: readonly string[]
  inFlight: number
  rate: number
  plot: string | undefined
  other: OtherServer | undefined
}

export interface OtherServer {
  command: string
  url: string
  dialect: DialectName
}

/** Reads the options. Throws a TypeError that says what is wrong. */
export function readOptions(args: readonly string[]): SignalOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      'memory-rounds': { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [] },
      'in-flight': { type: 'string', default: '16' },
      rate: { type: 'string', default: '10000' },
      plot: { type: 'string' },
      other: { type: 'string' },
      'other-url': { type: 'string' },
      'other-dialect': { type: 'string', default: 'room' },
    },
  })
  return {
    rounds: wholeNumber('rounds', values.rounds),
    memoryRounds: wholeNumber('memory-rounds', values['memory-rounds']),
    only: values.only,
    inFlight: wholeNumber('in-flight', values['in-flight']),
    rate: wholeNumber('rate', values.rate),
    plot: values.plot,
    other: otherServer(values.other, values['other-url'], values['other-dialect']),
  }
}

function otherServer(
  command: string | undefined,
  url: string | undefined,
  dialect: string,
): OtherServer | undefined {
  if (command === undefined && url === undefined) return undefined
  if (command === undefined || url === undefined || !URL.canParse(url)) {
    throw new TypeError('--other needs a command, and --other-url an address')
  }
  if (dialect !== 'native' && dialect !== 'topic' && dialect !== 'room') {
    throw new TypeError('--other-dialect is native, topic or room')
  }
  return { command, url, dialect }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new TypeError(`--${name} is a whole number`)
  return Number(text)
}
