import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { judgeCertificate, type Presented } from './checks/certificate-check.ts'
import { judgePublicAddress } from './checks/public-address-check.ts'
import { FAULTS, sentencesOf, type FaultCode } from './faults.ts'
import { renderJson, renderResult, renderSummary } from './render.ts'
import { runChecks } from './run-checks.ts'
import { readTarget } from './target.ts'
import { fails, ok, untried, type Check, type CheckResult } from './verdict.ts'

const CODES = Object.keys(FAULTS) as FaultCode[]

const FACTS = {
  at: 'duet.example',
  other: '10.0.0.1',
  port: 3478,
  path: '/data',
  code: 401,
  detail: 'ENOENT',
  seconds: 90,
  days: 3,
  bytes: 5 * 2 ** 20,
}

test.each(CODES)('%s is told in three whole sentences', (code) => {
  const { wrong, why, change } = sentencesOf(code, FACTS)
  for (const text of [why, change, ...(code === 'certificate-files' ? [] : [wrong])]) {
    expect(text).toMatch(/^\S.+[.;\d]$/)
    expect(text).not.toMatch(/undefined|NaN/)
  }
  expect(wrong).not.toMatch(/undefined|NaN/)
})

const DAY_MS = 86_400_000
const CERTIFICATE: Presented = {
  error: undefined,
  subject: 'duet.example',
  isSelfSigned: false,
  names: 'duet.example',
  beginsAt: new FakeClock().now() - DAY_MS,
  endsAt: new FakeClock().now() + 60 * DAY_MS,
}

test.each([
  [{}, 'ok'],
  [{ endsAt: 0, error: 'CERT_HAS_EXPIRED' }, 'certificate-expired'],
  [{ beginsAt: 1_800_000_000_000, error: 'CERT_NOT_YET_VALID' }, 'certificate-early'],
  [{ error: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'certificate-name'],
  [{ error: 'DEPTH_ZERO_SELF_SIGNED_CERT', isSelfSigned: true }, 'certificate-untrusted'],
  [{ error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'certificate-chain'],
  [{ endsAt: new FakeClock().now() + 3.5 * DAY_MS }, 'certificate-ends-soon'],
] as [Partial<Presented>, string][])('a certificate with %p is %s', (change, told) => {
  const verdict = judgeCertificate({ ...CERTIFICATE, ...change }, 'duet.example', new FakeClock())
  expect<string>(verdict.kind === 'fails' ? verdict.fault : verdict.kind).toBe(told)
})

test('a clock that is years behind makes a good certificate an early one', () => {
  const verdict = judgeCertificate(CERTIFICATE, 'duet.example', new FakeClock(0))
  expect(verdict).toMatchObject({ kind: 'fails', fault: 'certificate-early' })
})

test('an address that was said is compared with the one that is seen', () => {
  const mapped = { kind: 'mapped', address: '203.0.113.9', bind: '10.0.0.2', reach: {} } as const
  const none = { kind: 'no-network' } as const
  const silent = { kind: 'silent', bind: '10.0.0.2' } as const
  expect(judgePublicAddress(['203.0.113.8'], { 4: mapped, 6: none })).toMatchObject({
    fault: 'public-address-differs',
    facts: { at: '203.0.113.8', other: '203.0.113.9' },
  })
  expect(judgePublicAddress(['203.0.113.9'], { 4: mapped, 6: none })).toEqual(ok('203.0.113.9'))
  expect(judgePublicAddress([], { 4: mapped, 6: none })).toEqual(ok('203.0.113.9'))
  expect(judgePublicAddress(['2001:db8::1'], { 4: mapped, 6: none }).kind).toBe('ok')
  expect(judgePublicAddress(['203.0.113.8'], { 4: silent, 6: none })).toEqual(
    untried('no STUN server of --stun-servers answers'),
  )
})

const RESULTS: CheckResult[] = [
  { id: 'web', label: 'Web', verdict: ok('Duet 1.2.3') },
  { id: 'stun', label: 'STUN', verdict: fails('stun-closed', { at: 'a:3478', port: 3478 }) },
  { id: 'media', label: 'Media server', verdict: untried('there is none') },
]

test('lines say how it stands; a failing one has its three parts', () => {
  expect(RESULTS.map((result) => renderResult(result, false))).toEqual([
    'ok      Web                       Duet 1.2.3',
    [
      'fails   STUN',
      '        What is wrong:  STUN at a:3478 does not answer over UDP.',
      '        Why it matters: Without it two people in different networks reach each other over a',
      '                        relay only.',
      '        To change:      Open UDP port 3478 in the firewall, and map it in Docker:',
      '                        -p 3478:3478/udp.',
    ].join('\n'),
    '-       Media server              not tried: there is none',
  ])
  expect(renderResult(RESULTS[0] as CheckResult, true)).toContain('\u001B[32mok')
  expect(renderSummary(RESULTS)).toBe('1 of 3 checks fails, 1 not tried.')
  expect(renderSummary(RESULTS.slice(0, 1))).toBe('All of 1 checks are well.')
})

test('programs get the same, with codes', () => {
  const { isWell, checks } = JSON.parse(renderJson('https://duet.example', RESULTS)) as {
    isWell: boolean
    checks: Record<string, unknown>[]
  }
  expect(isWell).toBe(false)
  expect(checks[1]).toMatchObject({ id: 'stun', outcome: 'fails', fault: 'stun-closed' })
  expect(checks[1]?.['change']).toContain('-p 3478:3478/udp')
})

test('results come in order, and a check that hangs or breaks ends too', async () => {
  const clock = new FakeClock()
  const slow = Promise.withResolvers<ReturnType<typeof ok>>()
  const checks: Check[] = [
    { id: 'a', label: 'A', run: () => slow.promise },
    { id: 'b', label: 'B', run: () => Promise.resolve(ok('b')) },
    { id: 'c', label: 'C', run: () => Promise.reject(new Error('as the test says')) },
    { id: 'd', label: 'D', timeoutMs: 5000, run: () => new Promise(() => {}) },
  ]
  const order: string[] = []
  const running = runChecks(checks, {
    clock,
    onWait: ({ id }) => order.push(`wait ${id}`),
    onResult: ({ id }) => order.push(id),
  })
  expect(order).toEqual(['wait a'])
  slow.resolve(ok('a'))
  await Promise.resolve()
  clock.advance(5000)
  const results = await running
  expect(order).toEqual(['wait a', 'a', 'wait b', 'b', 'wait c', 'c', 'wait d', 'd'])
  expect(results.map(({ verdict }) => ('fault' in verdict ? verdict.fault : verdict.kind))).toEqual(
    ['ok', 'ok', 'check-broke', 'no-answer-in-time'],
  )
  expect(clock.pending).toBe(0)
})

test('addresses are read as people write them', () => {
  expect(readTarget('duet.example')).toMatchObject({ origin: 'https://duet.example', port: 443 })
  expect(readTarget('http://[2001:db8::1]:8080/r/lake')).toMatchObject({
    origin: 'http://[2001:db8::1]:8080',
    host: '2001:db8::1',
    port: 8080,
    isSecure: false,
  })
  expect(readTarget('ftp://duet.example')).toBeUndefined()
  expect(readTarget('https://')).toBeUndefined()
})
