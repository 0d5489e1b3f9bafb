import { isIP } from 'node:net'
import { isCandidate } from '@duet/protocol'
import type { Signal } from '@duet/rules'
import { plainAddress } from '../config/index.ts'
import { MAX_CANDIDATES_PER_SIGNAL, MAX_SIGNAL_DEPTH, MAX_SIGNAL_VALUES } from './limits.ts'

const MARK = 'candidate:'
/** Fields of a candidate (RFC 8839 §5.1): foundation, component, transport, priority, address … */
const ADDRESS_FIELD = 4
/** … port, `typ`. */
const TYP_FIELD = 6
/** The fields so far are shorter than that, all together. */
const MAX_FIELDS_LENGTH = 256

/** The IP addresses of the candidates in a signal, whatever its dialect; names are left out. */
export function addressesIn(signal: Signal): string[] {
  const addresses = new Set<string>()
  for (const text of textsOf(signal)) readAddresses(text, addresses)
  return [...addresses]
}

/** Every signal comes by here: what is no candidate is passed over quickly. */
function readAddresses(text: string, addresses: Set<string>): void {
  let at = text.indexOf(MARK)
  while (at >= 0 && addresses.size < MAX_CANDIDATES_PER_SIGNAL) {
    const fields = text.slice(at, at + MAX_FIELDS_LENGTH).split(' ', TYP_FIELD + 1)
    const address = fields[ADDRESS_FIELD] ?? ''
    if (fields[TYP_FIELD] === 'typ' && isIP(address) !== 0) addresses.add(plainAddress(address))
    at = text.indexOf(MARK, at + MARK.length)
  }
}

function textsOf(signal: Signal): string[] {
  switch (signal.type) {
    case 'description':
      return [signal.description.sdp]
    case 'candidate':
      return isCandidate(signal.candidate)
        ? [signal.candidate.candidate]
        : textsIn(signal.candidate)
    case 'other':
      return textsIn(signal.original.data)
    case 'mismatch':
      return []
  }
}

/** The texts in whatever a client said, to a bound. */
function textsIn(said: unknown): string[] {
  const texts: string[] = []
  const waiting: { value: unknown; depth: number }[] = [{ value: said, depth: 0 }]
  for (let count = 0; count < MAX_SIGNAL_VALUES; count += 1) {
    const next = waiting.pop()
    if (!next) break
    const { value, depth } = next
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null && depth < MAX_SIGNAL_DEPTH) {
      const values = Object.values(value).slice(0, MAX_SIGNAL_VALUES)
      for (const each of values) waiting.push({ value: each, depth: depth + 1 })
    }
  }
  return texts
}
