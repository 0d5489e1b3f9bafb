import { describe, expect, test } from 'bun:test'
import { AcmeError, problemsOf } from './acme-error.ts'
import { plainWords, portAdvice } from './plain-words.ts'

/** What a person reads when the authority says this of a name. */
function wordsFor(type: string, name?: string): string {
  const problems = [{ type, detail: 'so it says', ...(name ? { name } : {}) }]
  return plainWords(new AcmeError('refused', '', { problems }), 'http-01', ['a.example'])
}

test.each([
  [
    'dns',
    'a.example',
    /^a\.example has no address in DNS.*add an A or AAAA record.*\(so it says\)\.$/,
  ],
  [
    'connection',
    'a.example',
    /^Nothing answered at port 80 of a\.example: open it in the firewall/,
  ],
  ['unauthorized', 'a.example', /^Another server answered at port 80 of a\.example/],
  ['caa', 'a.example', /^A CAA record of a\.example forbids this authority/],
  [
    'rateLimited',
    undefined,
    /^The authority has had too many requests for a\.example: .*letsencrypt-staging/,
  ],
  ['externalAccountRequired', undefined, /choose another --acme-directory/],
  ['invalidContact', undefined, /--acme-email/],
  [
    'somethingNew',
    'b.example',
    /^The authority refused b\.example: somethingNew \(so it says\)\.$/,
  ],
] as const)('%s', (type, name, words) => {
  expect(wordsFor(type, name)).toMatch(words)
})

test('the port is that of the challenge', () => {
  const problems = [{ type: 'connection', detail: '', name: 'a.example' }]
  const error = new AcmeError('refused', '', { problems })
  expect(plainWords(error, 'tls-alpn-01', [])).toContain('port 443 of a.example')
})

test('two names with the same reason are two sentences, and one reason is said once', () => {
  const problem = { type: 'dns', detail: '' }
  const problems = [problem, problem, { ...problem, name: 'b.example' }]
  const words = plainWords(new AcmeError('refused', '', { problems }), 'http-01', ['a.example'])
  expect(words.match(/has no address/g)).toHaveLength(2)
})

test('a problem document is taken apart, whatever is in it', () => {
  const acme = 'urn:ietf:params:acme:error:'
  expect(
    problemsOf({
      type: `${acme}compound`,
      subproblems: [
        { type: `${acme}dns`, detail: 'one\ntwo', identifier: { type: 'dns', value: 'a.example' } },
        { type: `${acme}caa`, detail: 5, identifier: 'b.example' },
      ],
    }),
  ).toEqual([
    { type: 'dns', detail: 'one two', name: 'a.example' },
    { type: 'caa', detail: '' },
  ])
  for (const nonsense of [undefined, null, 5, [], 'x']) {
    expect(problemsOf(nonsense)).toEqual([{ type: 'unknown', detail: '' }])
  }
})

describe('ports that no authority asks at', () => {
  const BOTH = ['http-01', 'tls-alpn-01'] as const

  test.each([
    [BOTH, { http: [80], https: [8443] }, undefined],
    [BOTH, { http: [8080], https: [443] }, undefined],
    [
      BOTH,
      { http: [8080], https: [8443] },
      /port 80 to 8080 \(HTTP\), or port 443 to 8443 \(HTTPS\)$/,
    ],
    [['http-01'] as const, { http: [8080], https: [443] }, /lead port 80 to 8080 \(HTTP\)$/],
    [['tls-alpn-01'] as const, { http: [80], https: [8443] }, /lead port 443 to 8443 \(HTTPS\)$/],
    [['http-01'] as const, { http: [], https: [443] }, /add --http 80$/],
  ])('%j, %j', (types, ports, words) => {
    const advice = portAdvice(types, ports)
    if (words === undefined) expect(advice).toBeUndefined()
    else expect(advice).toMatch(words)
  })
})
