import { isIP } from 'node:net'
import { isLoopbackAddress, parseNetwork, type Network } from './address.ts'

/** What became of one piece of text; the problem completes the sentence "--flag value ...". */
type Parsed<Value> = { value: Value } | { problem: string }

/** A kind of option value: its name in the documentation and its reader. */
export interface ValueType<Value> {
  name: string
  parse(text: string): Parsed<Value>
  /** What may be repeated of a text that is secret in part; without it, all of it. */
  shown?(text: string): string
}

/** The first and last port of a range, both of them in it. */
export interface PortRange {
  first: number
  last: number
}

const LAST_PORT = 65_535
const MAX_COUNT = 1000

const HOUR_MS = 3_600_000
const MS_IN: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS }
/** A hundred years. */
const MAX_DURATION_MS = 36_525 * 24 * HOUR_MS

const BYTES_IN: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 }

const BITS_IN: Readonly<Record<string, number>> = { 'kbit/s': 1e3, 'mbit/s': 1e6, 'gbit/s': 1e9 }
const MIN_RATE_BYTES = 12_500

/** 0-65535, where 0 is any free port; `off` reads as null. */
export const port: ValueType<number | null> = {
  name: 'port or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const value = parsePort(text)
    if (value === undefined) return { problem: 'is not a port (0-65535) or "off"' }
    return { value }
  },
}

export const portRange: ValueType<PortRange> = {
  name: 'first-last',
  parse(text) {
    const [first, last, ...rest] = text.split('-').map(parsePort)
    if (!first || !last || rest.length > 0) {
      return { problem: 'is not a range of ports like 49160-49259' }
    }
    if (first > last) return { problem: 'ends before it begins' }
    return { value: { first, last } }
  },
}

/** An address of this machine or a name for one. */
export const listenHost: ValueType<string> = {
  name: 'address',
  parse(text) {
    if (isIP(text) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text)) return { value: text }
    return { problem: 'is not an address or a host name' }
  },
}

/** An address under which others can reach this machine. */
export const reachableAddress: ValueType<string> = {
  name: 'address',
  parse(text) {
    if (isIP(text) === 0) return { problem: 'is not an IPv4 or IPv6 address' }
    if (isLoopbackAddress(text) || text === '0.0.0.0' || text === '::') {
      return { problem: 'is not an address that others can reach' }
    }
    return { value: text }
  },
}

/** A network in CIDR notation; `off` reads as null. */
export const network: ValueType<Network | null> = {
  name: 'network or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const value = parseNetwork(text)
    return value ? { value } : { problem: 'is not a network like 10.0.0.0/8' }
  },
}

export const path: ValueType<string> = {
  name: 'path',
  parse: (text) => (text === '' ? { problem: 'is empty' } : { value: text }),
}

/** A path; `off` reads as null. */
export const pathOrOff: ValueType<string | null> = {
  name: 'path or off',
  parse: (text) => (text === 'off' ? { value: null } : path.parse(text)),
}

/** A time in milliseconds, from an hour to a hundred years; `off` reads as null. */
export const durationOrOff: ValueType<number | null> = {
  name: 'time or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const [, amount, unit = ''] = /^(\d{1,6})([hd])$/.exec(text) ?? []
    const ms = Number(amount) * (MS_IN[unit] ?? Number.NaN)
    if (ms >= HOUR_MS && ms <= MAX_DURATION_MS) return { value: ms }
    return { problem: 'is not a time like 12h or 30d, or "off"' }
  },
}

/** A number of bytes, from a megabyte; `off` reads as null. */
export const sizeOrOff: ValueType<number | null> = {
  name: 'size or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const [, amount, unit = ''] = /^(\d{1,6})([MGT]B)$/i.exec(text) ?? []
    const bytes = Number(amount) * (BYTES_IN[unit.toUpperCase()] ?? Number.NaN)
    if (bytes > 0) return { value: bytes }
    return { problem: 'is not a size like 500MB or 10GB, or "off"' }
  },
}

/** Bytes per second, from a tenth of a megabit; `off` reads as null. */
export const rateOrOff: ValueType<number | null> = {
  name: 'rate or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const [, amount, unit = ''] = /^(\d{1,6})([kMG]bit\/s)$/i.exec(text) ?? []
    const bytes = (Number(amount) * (BITS_IN[unit.toLowerCase()] ?? Number.NaN)) / 8
    if (bytes >= MIN_RATE_BYTES) return { value: bytes }
    return { problem: 'is not a rate from 100kbit/s, like 80Mbit/s or 1Gbit/s, or "off"' }
  },
}

/** Exactly one of a few words. */
export function choice<const Word extends string>(...words: Word[]): ValueType<Word> {
  return {
    name: words.join(', '),
    parse(text) {
      const value = words.find((word) => word === text)
      return value ? { value } : { problem: `is not one of ${words.join(', ')}` }
    },
  }
}

/** One of a few words; `off` reads as null. */
export function choiceOrOff<const Word extends string>(...words: Word[]): ValueType<Word | null> {
  const type = choice(...words)
  return {
    name: [...words, 'off'].join(', '),
    parse(text) {
      if (text === 'off') return { value: null }
      const parsed = type.parse(text)
      return 'value' in parsed ? parsed : { problem: `${parsed.problem} or "off"` }
    },
  }
}

/** How many: 0 to 1000. */
export const count: ValueType<number> = countTo(MAX_COUNT)

/** How many: 0 to `most`. */
export function countTo(most: number): ValueType<number> {
  return {
    name: 'number',
    parse(text) {
      if (/^\d{1,4}$/.test(text) && Number(text) <= most) return { value: Number(text) }
      return { problem: `is not a number from 0 to ${most}` }
    },
  }
}

/** The path of a URL: `/signal`, as browsers write it. */
export const urlPath: ValueType<string> = {
  name: 'path',
  parse(text) {
    const url = URL.parse(text, 'http://localhost')
    if (text.startsWith('/') && url?.pathname === text && url.host === 'localhost') {
      return { value: text }
    }
    return { problem: 'is not a path like /signal' }
  },
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= LAST_PORT ? Number(text) : undefined
}
