import { isIP } from 'node:net'
import type { Signal } from '@duet/rules'
import { plainAddress } from '../config/index.ts'
import { MAX_CANDIDATES_PER_SIGNAL, MAX_SIGNAL_DEPTH, MAX_SIGNAL_VALUES } from './limits.ts'

/** RFC 8839 §5.1: foundation, component, transport, priority; then the address. */
const CANDIDATE = /candidate:\S+ \d+ \S+ \d+ (\S+) \d+ typ /gi

/** The IP addresses of the candidates in a signal, whatever its dialect; names are left out. */
export function addressesIn(signal: Signal): string[] {
  const addresses = new Set<string>()
  for (const text of textsOf(signal)) {
    for (const [, address = ''] of text.matchAll(CANDIDATE)) {
      if (addresses.size >= MAX_CANDIDATES_PER_SIGNAL) return [...addresses]
      if (isIP(address) !== 0) addresses.add(plainAddress(address))
    }
  }
  return [...addresses]
}

function textsOf(signal: Signal): string[] {
  switch (signal.type) {
    case 'description':
      return [signal.description.sdp]
    case 'candidate':
      return textsIn(signal.candidate)
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
