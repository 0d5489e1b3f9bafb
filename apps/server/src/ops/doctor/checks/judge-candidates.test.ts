import { expect, test } from 'bun:test'
import { sentencesOf } from '../faults.ts'
import type { Verdict } from '../verdict.ts'
import { judgeCandidates, type CandidateTrial, type MediaPlace } from './judge-candidates.ts'

const [PUBLIC, OTHER, LAN, BRIDGE, SIX] = [
  '44.20.1.2',
  '44.20.9.9',
  '192.168.1.2',
  '172.17.0.1',
  '2a00:1450::5',
] as const

type Told = [
  what: string,
  outcomes: Record<string, CandidateTrial['outcome']>,
  place: Partial<MediaPlace>,
  told: string,
]

const FROM_OUTSIDE = { addresses: [PUBLIC] }
const OWN = { addresses: ['127.0.0.1'], isOwn: true }

const CASES: Told[] = [
  ['all answer', { [PUBLIC]: 'answers', [SIX]: 'answers' }, FROM_OUTSIDE, 'ok'],
  ['none answers', { [PUBLIC]: 'silent', [SIX]: 'silent' }, FROM_OUTSIDE, 'media-closed'],
  [
    'a wrong external address beside one of the LAN, from the LAN',
    { [OTHER]: 'silent', [LAN]: 'answers' },
    { addresses: [LAN] },
    'media-address-silent',
  ],
  ['the same, on the server', { [OTHER]: 'silent', [LAN]: 'answers' }, OWN, 'media-address-silent'],
  [
    'a wrong private address of a container, on the server',
    { [LAN]: 'silent', [BRIDGE]: 'answers' },
    OWN,
    'media-address-silent',
  ],
  ['one of the LAN, from outside', { [PUBLIC]: 'answers', [LAN]: 'silent' }, FROM_OUTSIDE, 'ok'],
  [
    'one of two public ones',
    { [PUBLIC]: 'answers', [OTHER]: 'silent' },
    FROM_OUTSIDE,
    'media-address-silent',
  ],
  [
    'IPv6 that is closed',
    { [PUBLIC]: 'answers', [SIX]: 'silent' },
    FROM_OUTSIDE,
    'media-address-silent',
  ],
  ['IPv6, to which there is no way', { [PUBLIC]: 'answers', [SIX]: 'no-way' }, FROM_OUTSIDE, 'ok'],
  ['no way to any', { [SIX]: 'no-way' }, FROM_OUTSIDE, 'untried'],
  ['only private ones, from outside', { [LAN]: 'silent' }, FROM_OUTSIDE, 'media-private-address'],
  [
    'private ones of IPv4 beside IPv6 that answers',
    { [LAN]: 'silent', [SIX]: 'answers' },
    { addresses: [PUBLIC, SIX] },
    'media-private-address',
  ],
  ['none at all', {}, FROM_OUTSIDE, 'media-closed'],
]

function judge(
  outcomes: Record<string, CandidateTrial['outcome']>,
  place: Partial<MediaPlace>,
): Verdict {
  const trials = Object.entries(outcomes).map(([address, outcome]) => ({
    address,
    port: 8000,
    outcome,
  }))
  return judgeCandidates(trials, { addresses: [], isOwn: false, port: 8000, ...place })
}

test.each(CASES)('%s', (_what, outcomes, place, told) => {
  const verdict = judge(outcomes, place)
  expect<string>(verdict.kind === 'fails' ? verdict.fault : verdict.kind).toBe(told)
})

test('those that do not answer are named, and those that do', () => {
  const verdict = judge({ [OTHER]: 'silent', [SIX]: 'silent', [LAN]: 'answers' }, OWN)
  if (verdict.kind !== 'fails') throw new Error(verdict.kind)
  const { wrong, change } = sentencesOf(verdict.fault, verdict.facts)
  expect(wrong).toBe(
    `The media server gives out ${OTHER}, ${SIX}, where it does not answer; at ${LAN} it does.`,
  )
  expect(change).toContain('UDP port 8000')
  expect(judge({ [PUBLIC]: 'answers', [LAN]: 'silent' }, FROM_OUTSIDE)).toEqual({
    kind: 'ok',
    detail: `answers at ${PUBLIC}, port 8000 (not reached from here: ${LAN})`,
  })
})
