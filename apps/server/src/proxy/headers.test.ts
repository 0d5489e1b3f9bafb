import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { exchangeRaw } from '../front/testing.ts'
import { openRawUpstream, type RawUpstream } from './raw-upstream.ts'
import { openStage, type ProxyStage } from './testing.ts'

/** The end of a head. */
const CLOSE = 'Connection: close\r\n\r\n'

const isLoopback = (address: string) => address === '127.0.0.1'

/** What the upstream answers, without its body. */
let answered = ''
let upstream: RawUpstream
let stage: ProxyStage

beforeAll(async () => {
  upstream = await openRawUpstream((socket) => {
    socket.end(Buffer.from(`HTTP/1.1 200 OK\r\n${answered}Content-Length: 2\r\n\r\nok`, 'latin1'))
  })
})

afterAll(() => upstream.close())

afterEach(() => stage.close())

/** What reaches the upstream of these lines of a request, by lower-case name. */
async function passed(
  lines: readonly string[],
  isTrustedProxy: (address: string) => boolean = isLoopback,
): Promise<Map<string, string>> {
  answered = ''
  stage = openStage(upstream.port, { front: { isTrustedProxy } })
  const first = ['GET /up HTTP/1.1', 'Host: duet.example:8443']
  await exchangeRaw(stage.port, [...first, ...lines, CLOSE].join('\r\n'), 'latin1')
  return headersIn(upstream.heard.at(-1) ?? '')
}

function headersIn(message: string): Map<string, string> {
  const [head = ''] = message.split('\r\n\r\n')
  const lines = head.split('\r\n').slice(1)
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

const REQUESTS: [name: string, sent: string[], passed: Record<string, string | undefined>][] = [
  [
    'who asks is said, and Host is kept',
    [],
    {
      host: 'duet.example:8443',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'duet.example:8443',
      'x-forwarded-proto': 'http',
    },
  ],
  [
    'a trusted proxy’s word is passed on with it appended',
    [
      'X-Forwarded-For: 198.51.100.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: outer.example',
      'X-Forwarded-Port: 443',
    ],
    {
      host: 'duet.example:8443',
      'x-real-ip': '198.51.100.1',
      'x-forwarded-for': '198.51.100.1, 127.0.0.1',
      'x-forwarded-host': 'outer.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    },
  ],
  [
    'other words about the client are not',
    ['X-Real-IP: 1.1.1.1', 'Forwarded: for=1.1.1.1'],
    { 'x-real-ip': '127.0.0.1', forwarded: undefined },
  ],
  [
    'what concerns one connection stays on it',
    [
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic eA==',
      'TE: trailers',
      'Trailer: x-late',
      'Upgrade: h2c',
      'Connection: x-hop, X-Other-Hop ,upgrade',
      'X-Hop: 1',
      'X-Other-Hop: 2',
      'X-End: 3',
    ],
    {
      'keep-alive': undefined,
      'proxy-connection': undefined,
      'proxy-authorization': undefined,
      te: undefined,
      trailer: undefined,
      upgrade: undefined,
      'x-hop': undefined,
      'x-other-hop': undefined,
      'x-end': '3',
    },
  ],
  [
    'Connection can’t take away what says who asks',
    ['Connection: x-forwarded-for, x-real-ip, host, odd name'],
    { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', host: 'duet.example:8443' },
  ],
  [
    'the client’s own words pass as they are',
    [
      'Authorization: Bearer token',
      'Accept: text/html',
      'Accept-Encoding: br;q=0.5, gzip',
      'User-Agent: an agent',
      'Origin: https://duet.example:8443',
      'Range: bytes=2-5',
      'If-None-Match: "tag"',
      'X-Empty:',
      'X-Twice: 1',
      'X-Twice: 2',
      'X-Bytes: \xe4\xb8\xad',
    ],
    {
      authorization: 'Bearer token',
      accept: 'text/html',
      'accept-encoding': 'br;q=0.5, gzip',
      'user-agent': 'an agent',
      origin: 'https://duet.example:8443',
      range: 'bytes=2-5',
      'if-none-match': '"tag"',
      'x-empty': '',
      'x-twice': '1, 2',
      'x-bytes': '\xe4\xb8\xad',
    },
  ],
  ['nobody is made to compress', [], { 'accept-encoding': undefined }],
  [
    'cookies pass, but for Duet’s own',
    ['Cookie: a=1; __Host-duet=secret', 'Cookie: b=2'],
    { cookie: 'a=1; b=2' },
  ],
  ['Duet’s own alone leave none', ['Cookie: __Host-duet=secret'], { cookie: undefined }],
]

describe('the upstream is told', () => {
  test.each(REQUESTS)('%s', async (_, sent, expected) => {
    const headers = await passed(sent)
    const found = Object.keys(expected).map((name) => [name, headers.get(name)])
    expect(Object.fromEntries(found)).toEqual(expected)
  })

  test('nothing that an untrusted client says of itself', async () => {
    const sent = [
      'X-Forwarded-For: 1.1.1.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Prefix: /evil',
      'X-Real-IP: 1.1.1.1',
    ]
    const headers = await passed(sent, () => false)
    const told = [...headers].filter(([name]) => /^x-(forwarded|real)/.test(name))
    expect(told.toSorted(([one], [other]) => one.localeCompare(other))).toEqual([
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-host', 'duet.example:8443'],
      ['x-forwarded-proto', 'http'],
      ['x-real-ip', '127.0.0.1'],
    ])
  })
})

/** What reaches the client of these lines of an answer. */
async function answeredWith(lines: readonly string[]): Promise<string> {
  answered = lines.map((line) => `${line}\r\n`).join('')
  stage = openStage(upstream.port)
  const request = `GET /up HTTP/1.1\r\nHost: localhost\r\n${CLOSE}`
  const [head = ''] = (await exchangeRaw(stage.port, request, 'latin1')).split('\r\n\r\n')
  return head
}

describe('the client is told', () => {
  test('what the upstream says, with every cookie', async () => {
    const lines = [
      'Content-Type: text/plain; charset=gbk',
      'Date: Mon, 01 Jan 2001 00:00:00 GMT',
      'Server: theirs',
      'Set-Cookie: a=1; Path=/',
      'Set-Cookie: b=2; Expires=Mon, 01 Jan 2001 00:00:00 GMT',
      'ETag: W/"tag"',
      'Cache-Control: no-store',
      'X-Bytes: \xe4\xb8\xad',
    ]
    const head = await answeredWith(lines)
    const names = (text: string) => text.toLowerCase().split('\r\n')
    expect(names(head)).toEqual(expect.arrayContaining(names(lines.join('\r\n'))))
    expect(names(head).filter((line) => line.startsWith('date:'))).toHaveLength(1)
  })

  test('nothing of the connection to the upstream', async () => {
    const head = await answeredWith([
      'Connection: x-hop, close',
      'X-Hop: 1',
      'Keep-Alive: timeout=5',
      'Proxy-Authenticate: Basic',
      'X-End: 2',
    ])
    expect(head).not.toMatch(/^(x-hop|keep-alive|proxy-authenticate):/im)
    expect(head).toMatch(/^x-end: 2$/im)
  })

  test('no type where the upstream gives none', async () => {
    expect(await answeredWith([])).not.toMatch(/^content-type:/im)
  })

  test('none of Duet’s policies', async () => {
    expect(await answeredWith([])).not.toMatch(/^(content-security-policy|x-content-type)/im)
  })
})
