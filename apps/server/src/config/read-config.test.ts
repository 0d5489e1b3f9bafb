import { describe, expect, test } from 'bun:test'
import { readConfig, type ConfigResult } from './read-config.ts'
import { flagOf, SCHEMA, variableOf, type Config } from './schema.ts'

function read(line: string, env: Record<string, string> = {}): ConfigResult {
  const args = line === '' ? [] : line.split(' ')
  return readConfig({ args, env, isInNamespace: false })
}

function configOf(line: string, env: Record<string, string> = {}): Config {
  const result = read(line, env)
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config
}

function errorsOf(line: string, env: Record<string, string> = {}): string[] {
  const result = read(line, env)
  return result.kind === 'errors' ? result.errors : []
}

test('without flags every option has its default', () => {
  const config = configOf('')
  expect(config).toMatchObject({
    host: [],
    http: [8080],
    https: [8443],
    turnPort: 3478,
    turnsPort: 5349,
    relayPorts: { first: 49160, last: 49259 },
    publicIp: [],
    data: './data',
    database: 'sqlite',
    tlsCert: [],
    tlsKey: [],
    turns: 'auto',
    limits: 'on',
    dialects: ['room', 'topic', 'messages', 'cast', 'srs'],
    mediaPort: 8000,
    srsApiPort: 1985,
    srsPort: 1989,
    srsAccess: 'open',
    onPublish: [],
    topicPath: undefined,
    topicCapacity: 2,
    srsCapacity: 0,
    static: undefined,
    proxy: [],
    preHook: undefined,
    recordings: undefined,
    recordingsKeep: 30 * 86_400_000,
    recordingsMax: 10e9,
    live: 'on',
    ffmpeg: undefined,
    turnUser: [],
    turnRealm: 'duet',
    logLevel: 'info',
  })
  expect(config.trustProxy.map(({ address }) => address)).toContain('192.168.0.0')
})

test('the config and its lists are frozen', () => {
  const config = configOf('')
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.http)).toBe(true)
})

test('a repeatable flag collects its values, in either way of writing', () => {
  expect(configOf('--http 80 --http=81 --http 82,83').http).toEqual([80, 81, 82, 83])
})

test('a variable is read, and a flag replaces it', () => {
  const env = { DUET_HTTP: '1000, 1001', DUET_TURN_PORT: '0', DUET_DATA: '' }
  expect(configOf('', env)).toMatchObject({ http: [1000, 1001], turnPort: 0, data: './data' })
  expect(configOf('--http 2000', env).http).toEqual([2000])
})

test('off stands for no port and for no trusted proxy', () => {
  const config = configOf('--https off --turns-port off --trust-proxy off')
  expect(config).toMatchObject({ https: [], turnsPort: null, trustProxy: [] })
})

const GOOD: [line: string, expected: Partial<Config>][] = [
  ['--host 127.0.0.1 --host ::1', { host: ['127.0.0.1', '::1'] }],
  ['--http 0 --https 0 --turn-port 0', { http: [0], https: [0], turnPort: 0 }],
  ['--relay-ports 5000-5000', { relayPorts: { first: 5000, last: 5000 } }],
  ['--public-ip 2001:db8::1', { publicIp: ['2001:db8::1'] }],
  ['--public-ip auto', { publicIp: [] }],
  ['--media-port 3478', { turnPort: 3478, mediaPort: 3478 }],
  ['--public-ip off', { publicIp: ['off'] }],
  ['--stun-servers off', { stunServers: [] }],
  [
    '--stun-servers a.example,stun:b.example:19302,192.0.2.1,[2001:db8::1]:1,2001:db8::2',
    {
      stunServers: [
        { host: 'a.example', port: 3478 },
        { host: 'b.example', port: 19302 },
        { host: '192.0.2.1', port: 3478 },
        { host: '2001:db8::1', port: 1 },
        { host: '2001:db8::2', port: 3478 },
      ],
    },
  ],
  ['--tls-cert a --tls-key b', { tlsCert: ['a'], tlsKey: ['b'] }],
  ['--tls-cert a,b --tls-key c', { tlsCert: ['a,b'], tlsKey: ['c'] }],
  [
    '--tls-cert a --tls-key b --tls-cert c --tls-key d',
    { tlsCert: ['a', 'c'], tlsKey: ['b', 'd'] },
  ],
  ['--turn-allow-peers 10.1.2.3', { turnAllowPeers: [network('10.1.2.3', 32)] }],
  ['--trust-proxy fd00::/8', { trustProxy: [{ ...network('fd00::', 8), family: 'ipv6' }] }],
  ['--dialects room', { dialects: ['room'] }],
  ['--dialects topic,room', { dialects: ['topic', 'room'] }],
  ['--dialects off', { dialects: [] }],
  ['--topic-path /signal', { topicPath: '/signal' }],
  ['--topic-path /a/b-c/%E6%B9%96', { topicPath: '/a/b-c/%E6%B9%96' }],
  ['--topic-path /', { topicPath: '/' }],
  ['--topic-capacity 0', { topicCapacity: 0 }],
  ['--srs-capacity 2', { srsCapacity: 2 }],
  ['--topic-capacity 1000', { topicCapacity: 1000 }],
  ['--static ./pages', { static: './pages' }],
  ['--recordings off --live off', { recordings: null, live: 'off' }],
  ['--recordings /srv/calls', { recordings: '/srv/calls' }],
  [
    '--recordings-keep 12h --recordings-max 500mb',
    { recordingsKeep: 43_200_000, recordingsMax: 5e8 },
  ],
  ['--recordings-keep off --recordings-max off', { recordingsKeep: null, recordingsMax: null }],
  ['--proxy /sig=http://127.0.0.1:1989', { proxy: [rule('/sig', 'http://127.0.0.1:1989')] }],
  ['--proxy=/sig/=https://a.example/', { proxy: [rule('/sig', 'https://a.example')] }],
  ['--proxy /a/b=http://A:80', { proxy: [rule('/a/b', 'http://a')] }],
  ['--proxy /a=http://[::1]:3000', { proxy: [rule('/a', 'http://[::1]:3000')] }],
  [
    '--proxy /a/b=http://one --proxy /a=http://two --proxy /=http://three',
    { proxy: [rule('/a/b', 'http://one'), rule('/a', 'http://two'), rule('/', 'http://three')] },
  ],
  [
    '--proxy /a=http://one --proxy /ab=http://two',
    { proxy: [rule('/a', 'http://one'), rule('/ab', 'http://two')] },
  ],
  ['--pre-hook https://a.example/allow?s=1', { preHook: 'https://a.example/allow?s=1' }],
  ['--turn-realm example.org', { turnRealm: 'example.org' }],
  [`--turn-realm ${'湖'.repeat(127)}`, { turnRealm: '湖'.repeat(127) }],
  ['--limits off --host localhost', { limits: 'off' }],
  ['--media-port off', { mediaPort: null }],
  ['--turns-port 8443', { https: [8443], turnsPort: 8443 }],
  [
    '--https 443,8443 --turn-port 443 --turns-port 443',
    { https: [443, 8443], turnPort: 443, turnsPort: 443 },
  ],
  ['--media-port 8443 --http 8000', { mediaPort: 8443, http: [8000] }],
  ['--http 1985 --https 1989', { http: [1985], https: [1989], srsApiPort: 1985, srsPort: 1989 }],
  ['--srs-api-port off --srs-port 0', { srsApiPort: null, srsPort: 0 }],
  ['--srs-access token', { srsAccess: 'token' }],
  [
    '--on-publish http://a/b?c,d --on-publish https://e',
    { onPublish: ['http://a/b?c,d', 'https://e/'] },
  ],
  ['--limits off --host 127.0.0.1 --host ::1', { limits: 'off' }],
]

describe('good values', () => {
  test.each(GOOD)('%s', (line, expected) => {
    expect(configOf(line)).toMatchObject(expected)
  })
})

const NO_PAIRS = '--tls-cert and --tls-key belong together: give as many of one as of the other'

const BAD: [line: string, error: string][] = [
  ['--http 65536', '--http 65536 is not a port (0-65535) or "off"'],
  ['--http -1', '--http -1 is not a port (0-65535) or "off"'],
  ['--https 80a', '--https 80a is not a port (0-65535) or "off"'],
  ['--turn-port 1e3', '--turn-port 1e3 is not a port (0-65535) or "off"'],
  ['--relay-ports 5000', '--relay-ports 5000 is not a range of ports like 49160-49259'],
  ['--relay-ports 0-5', '--relay-ports 0-5 is not a range of ports like 49160-49259'],
  ['--relay-ports 2-1', '--relay-ports 2-1 ends before it begins'],
  ['--host not_a_host!', '--host not_a_host! is not an address or a host name'],
  [
    '--public-ip example.org',
    '--public-ip example.org is not an IPv4 or IPv6 address, or "auto" or "off"',
  ],
  [
    '--public-ip 127.0.0.1',
    '--public-ip 127.0.0.1 is not an address that others can reach, or "auto" or "off"',
  ],
  [
    '--public-ip 0.0.0.0',
    '--public-ip 0.0.0.0 is not an address that others can reach, or "auto" or "off"',
  ],
  ['--public-ip off,8.8.8.8', '--public-ip off leaves nothing for another --public-ip'],
  ...['stun.example:0', 'stun.example:65536', '[example]:1', 'turn:x', ''].map(
    (text): [string, string] => [
      `--stun-servers=${text}`,
      `--stun-servers ${text || '""'} is not a STUN server like stun.example.org:3478, or "off"`,
    ],
  ),
  ['--trust-proxy 10.0.0.0/33', '--trust-proxy 10.0.0.0/33 is not a network like 10.0.0.0/8'],
  ['--trust-proxy nobody', '--trust-proxy nobody is not a network like 10.0.0.0/8'],
  ['--turn-allow-peers 10/8', '--turn-allow-peers 10/8 is not a network like 10.0.0.0/8'],
  ['--turns maybe', '--turns maybe is not one of auto, always, never'],
  ['--dialects rooms', '--dialects rooms is not one of room, topic, messages, cast, srs or "off"'],
  [
    '--dialects room,,topic',
    '--dialects "" is not one of room, topic, messages, cast, srs or "off"',
  ],
  ['--recordings=', '--recordings "" is empty'],
  ...['30', '0d', '1m', '99999d', '-1d'].map((text): [string, string] => [
    `--recordings-keep ${text}`,
    `--recordings-keep ${text} is not a time like 12h or 30d, or "off"`,
  ]),
  ...['10', '0GB', '1.5GB', '10KB'].map((text): [string, string] => [
    `--recordings-max ${text}`,
    `--recordings-max ${text} is not a size like 500MB or 10GB, or "off"`,
  ]),
  ['--topic-path signal', '--topic-path signal is not a path like /signal'],
  ['--topic-path //evil.example', '--topic-path //evil.example is not a path like /signal'],
  ['--topic-path /a/../b', '--topic-path /a/../b is not a path like /signal'],
  ['--topic-path /a?b', '--topic-path /a?b is not a path like /signal'],
  ['--topic-path /a#b', '--topic-path /a#b is not a path like /signal'],
  ['--topic-path /湖', '--topic-path /湖 is not a path like /signal'],
  ['--topic-path=', '--topic-path "" is not a path like /signal'],
  ['--topic-path /a --topic-path /b', '--topic-path is given more than once'],
  ['--topic-capacity -1', '--topic-capacity -1 is not a number from 0 to 1000'],
  ['--topic-capacity 1001', '--topic-capacity 1001 is not a number from 0 to 1000'],
  ['--topic-capacity 2.5', '--topic-capacity 2.5 is not a number from 0 to 1000'],
  ['--topic-capacity two', '--topic-capacity two is not a number from 0 to 1000'],
  ['--static=', '--static "" is empty'],
  ['--static a --static b', '--static is given more than once'],
  ['--proxy /sig', '--proxy /sig is not a rule like /sig=http://127.0.0.1:1989'],
  ['--proxy sig=http://a', '--proxy sig=http://a does not begin with a path like /sig'],
  ['--proxy /a/../b=http://a', '--proxy /a/../b=http://a does not begin with a path like /sig'],
  ['--proxy //a=http://a', '--proxy //a=http://a does not begin with a path like /sig'],
  [
    '--proxy /a=127.0.0.1:80',
    '--proxy /a=127.0.0.1:80 does not end with an address like http://127.0.0.1:1989',
  ],
  [
    '--proxy /a=ftp://b',
    '--proxy /a=ftp://b does not end with an address like http://127.0.0.1:1989',
  ],
  [
    '--proxy /a=http://b/c',
    '--proxy /a=http://b/c has a path behind the address: requests keep their own',
  ],
  ['--proxy /a=http://me:word@b', '--proxy /a=http://…@b holds a name and a password'],
  [
    '--proxy /a=http://one --proxy /a/b=http://two',
    '--proxy /a/b gets nothing behind --proxy /a: give it first',
  ],
  [
    '--proxy /=http://one --proxy /b=http://two',
    '--proxy /b gets nothing behind --proxy /: give it first',
  ],
  [
    '--proxy /a=http://one --proxy /a=http://two',
    '--proxy /a gets nothing behind --proxy /a: give it first',
  ],
  ['--pre-hook ftp://a/?s', '--pre-hook ftp://a/… is not a URL like http://127.0.0.1:8085/allow'],
  ['--pre-hook secret', '--pre-hook … is not a URL like http://127.0.0.1:8085/allow'],
  [
    '--pre-hook http://me:word@a/',
    '--pre-hook http://a/… holds a name and a password: put a secret into its query',
  ],
  ['--turn-realm=', '--turn-realm "" is empty'],
  ['--turn-realm a"b', '--turn-realm a"b holds a quote or a control character'],
  ['--turn-realm a\u0007b', '--turn-realm a\u0007b holds a quote or a control character'],
  ['--limits none', '--limits none is not one of on, off'],
  ['--log-level loud', '--log-level loud is not one of error, warn, info, debug'],
  ['--data=', '--data "" is empty'],
  ['--data a --data b', '--data is given more than once'],
  ['--data', '--data needs a value'],
  ['--data --http 80', '--data needs a value'],
  ['--tls-cert a', NO_PAIRS],
  ['--tls-key a', NO_PAIRS],
  ['--tls-cert a --tls-key b --tls-cert c', NO_PAIRS],
  ['--http off --https off', '--http off and --https off leave no port to serve on'],
  ['--http 90 --https 90', 'port 90 is asked for twice, by --http and --https'],
  ['--turn-port 8080', 'port 8080 is asked for twice, by --http and --turn-port'],
  ['--turn-port 5349', 'port 5349 is asked for twice, by --turn-port and --turns-port'],
  ['--limits off', '--limits off is only for loopback: add --host 127.0.0.1'],
  ['--limits off --host 10.0.0.1', '--limits off is only for loopback: add --host 127.0.0.1'],
  [
    '--turn-user ann:secret --turn-port off --turns-port off',
    '--turn-port off and --turns-port off leave no TURN for --turn-user',
  ],
  ['--media-port 49200', '--media-port 49200 lies within --relay-ports'],
  ['--srs-access all', '--srs-access all is not one of open, token'],
  ['--on-play ftp://a/?s', '--on-play ftp://a/… is not a URL like http://127.0.0.1:8085/sessions'],
  ['--on-play secret', '--on-play … is not a URL like http://127.0.0.1:8085/sessions'],
  [
    '--on-stop http://me:word@a/',
    '--on-stop http://a/… holds a name and a password: put a secret into its query',
  ],
  ['--htpps 1', '--htpps is not known; did you mean --https?'],
  ['--quite-different', '--quite-different is not known: see --help'],
  ['8080', '"8080" belongs to no flag'],
]

describe('bad values', () => {
  test.each(BAD)('%s', (line, error) => {
    expect(errorsOf(line)).toEqual([error])
  })
})

test('a realm is of at most 127 characters', () => {
  expect(errorsOf(`--turn-realm ${'x'.repeat(128)}`)).toEqual([
    `--turn-realm ${'x'.repeat(128)} is longer than 127 characters`,
  ])
})

test('a bad variable is named as the variable', () => {
  expect(errorsOf('', { DUET_TURNS: 'x' })).toEqual([
    'DUET_TURNS x is not one of auto, always, never',
  ])
})

test('all errors come at once', () => {
  const errors = errorsOf('--htp 1 --http x,y --turns z --tls-key k', { DUET_LIMITS: 'q' })
  expect(errors).toHaveLength(6)
})

test('limits may be off on any host inside a network namespace', () => {
  const args = ['--limits', 'off']
  expect(readConfig({ args, env: {}, isInNamespace: true }).kind).toBe('config')
})

test('help and version win over errors', () => {
  expect(read('--http x -h').kind).toBe('help')
  expect(read('--http x --version').kind).toBe('version')
})

test('flags and variables follow from the key, and none come twice', () => {
  expect(flagOf('turnAllowPeers')).toBe('--turn-allow-peers')
  expect(variableOf('turnAllowPeers')).toBe('DUET_TURN_ALLOW_PEERS')
  const flags = Object.keys(SCHEMA).map(flagOf)
  expect(new Set(flags).size).toBe(flags.length)
})

function rule(prefix: string, upstream: string): Config['proxy'][number] {
  return { prefix, upstream }
}

function network(address: string, prefix: number): Config['trustProxy'][number] {
  return { address, prefix, family: 'ipv4' }
}

test('several rules stand in a variable, one in each line', () => {
  const env = { DUET_PROXY: '/a=http://one\n/b=http://two\n' }
  expect(configOf('', env).proxy).toEqual([rule('/a', 'http://one'), rule('/b', 'http://two')])
})
