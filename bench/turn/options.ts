import { parseArgs } from 'node:util'
import {
  allShapes,
  ALLOCATIONS,
  BYTES,
  METHODS,
  PEERS,
  TRANSPORTS,
  type LoadShape,
} from './shape.ts'
import { TARGETS } from './targets.ts'

export const USAGE = `npm run bench:turn -- [options]
  --rounds N          rounds of each row (5)
  --seconds N         of load in each round (1.5)
  --only NAME         one server: Duet, own-thread (Duet without a worker), portable (Duet on Bun's own
                      sockets), coturn; may be repeated (Duet and coturn)
  --allocations N     rows with 1, 50 or 500; may be repeated, as those that follow
  --bytes N           rows with 100, 500 or 1000 bytes of data in a packet
  --method NAME       rows with channel data (channel) or Send indications (send)
  --transport NAME    rows with clients over udp or tcp
  --to NAME           rows from clients to a host (peer) or to each other (relay)
  --burst N           packets that each client and its peer send in a row at saturation, as those of a
                      picture are (4)
  --rate N            paced load in packets per second, 0: none (30000 and 50000)
  --no-saturation     only the paced load`

export interface TurnOptions {
  rounds: number
  seconds: number
  targets: readonly string[]
  shapes: readonly LoadShape[]
  burst: number
  rates: readonly number[]
  isSaturated: boolean
}

/** Reads the options. Throws a TypeError that says what is wrong. */
export function readOptions(args: readonly string[]): TurnOptions {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      only: { ...many, default: ['Duet', 'coturn'] },
      allocations: many,
      bytes: many,
      method: many,
      transport: many,
      to: many,
      burst: { type: 'string', default: '4' },
      rate: { ...many, default: ['30000', '50000'] },
      'no-saturation': { type: 'boolean', default: false },
    },
  })
  const wanted: Record<keyof LoadShape, string[]> = {
    allocations: picked('allocations', values.allocations, ALLOCATIONS),
    bytes: picked('bytes', values.bytes, BYTES),
    method: picked('method', values.method, METHODS),
    transport: picked('transport', values.transport, TRANSPORTS),
    to: picked('to', values.to, PEERS),
  }
  const keys = Object.keys(wanted) as (keyof LoadShape)[]
  const shapes = allShapes().filter((shape) =>
    keys.every((key) => wanted[key].includes(String(shape[key]))),
  )
  return {
    rounds: number('rounds', values.rounds, 1),
    seconds: number('seconds', values.seconds, 0.1),
    burst: number('burst', values.burst, 1),
    targets: picked('only', values.only, [...TARGETS.keys()]),
    shapes,
    rates: values.rate.map((rate) => number('rate', rate, 0)).filter((rate) => rate > 0),
    isSaturated: !values['no-saturation'],
  }
}

function picked(name: string, wanted: string[], all: readonly (string | number)[]): string[] {
  const known = all.map(String)
  const unknown = wanted.find((each) => !known.includes(each))
  if (unknown !== undefined) throw new TypeError(`--${name} is one of ${known.join(', ')}`)
  return wanted.length > 0 ? wanted : known
}

function number(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!(value >= least)) throw new TypeError(`--${name} is a number from ${least}`)
  return value
}
