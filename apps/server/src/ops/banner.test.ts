import { expect, test } from 'bun:test'
import { banner, firewallPorts, type BannerFacts } from './banner.ts'

const FACTS: BannerFacts = {
  version: '1.2.3',
  addresses: {
    local: 'http://localhost:8080',
    lan: ['https://192.168.1.5:8443'],
    public: 'https://203.0.113.9:8443',
    best: 'https://203.0.113.9:8443',
    plain: 'http://192.168.1.5:8080',
  },
  listeners: [
    { scheme: 'http', host: undefined, port: 8080 },
    { scheme: 'https', host: '10.0.0.1', port: 8443 },
    { scheme: 'https', host: '10.0.0.2', port: 8443 },
  ],
  certificate: { cert: '', key: '', isSelfSigned: true, names: [], endsAt: Date.UTC(2031, 4, 6) },
  otherCertificates: [],
  proxyRules: [],
  preHook: undefined,
  turn: { port: 3478, turnsPort: 5349, relayPorts: { first: 49160, last: 49259 }, users: [] },
  mediaPort: undefined,
  natPorts: [],
  administratorLink: undefined,
  isLimited: true,
}

test('it names every address and every port, and what a self-signed certificate can’t do', () => {
  const lines = banner(FACTS).split('\n')
  expect(lines[0]).toBe('Duet 1.2.3 is ready.')
  expect(lines).toContain('  On this machine   http://localhost:8080')
  expect(lines).toContain('  In your network   https://192.168.1.5:8443')
  expect(lines).toContain('  From anywhere     https://203.0.113.9:8443')
  expect(lines).toContain('  Firewall          8080,8443,3478,5349/tcp 3478,49160-49259/udp')
  const certificate = lines.find((line) => line.startsWith('  Certificate'))
  expect(certificate).toContain('self-signed')
  expect(certificate).toEndWith(' http://192.168.1.5:8080/trust')
  const [next] = lines.slice(lines.indexOf(certificate ?? '') + 1)
  expect(next).toContain('web push')
  expect(next).toContain('turns:')
  expect(lines.some((line) => line.includes('Fingerprint'))).toBe(false)
  expect(lines.some((line) => line.includes('Limits'))).toBe(false)
})

test('the QR code is square, two rows in a line, and there is none without an address', () => {
  const rows = banner(FACTS)
    .split('\n')
    .filter((line) => /^ {2}[█▀▄ ]+$/.test(line))
  expect(rows.length).toBeGreaterThanOrEqual(13)
  const width = Math.max(...rows.map((row) => row.length - 2))
  expect(Math.abs(rows.length * 2 - width)).toBeLessThanOrEqual(1)
  const local = { ...FACTS.addresses, lan: [], public: undefined, best: undefined }
  expect(banner({ ...FACTS, addresses: local })).not.toMatch(/[█▀▄]/)
})

test('ports by which clients learn of their NAT stand in the firewall', () => {
  expect(firewallPorts({ ...FACTS, natPorts: [3479, 3480] })).toEndWith(
    ' 3478,49160-49259,3479,3480/udp',
  )
})

test('limits that are off are said', () => {
  expect(banner({ ...FACTS, isLimited: false })).toContain('\n  Limits            off')
})

test('fixed TURN logins are named, and none are not', () => {
  const users = ['ann', 'the door, downstairs']
  const turn = { port: 3478, turnsPort: undefined, relayPorts: { first: 1, last: 2 }, users }
  const text = banner({ ...FACTS, turn })
  expect(text).toContain('\n  TURN users        ann, the door, downstairs\n')
  expect(banner(FACTS)).not.toContain('TURN users')
})

test('the root of a certificate that was made here is told by its fingerprint', () => {
  const text = banner({ ...FACTS, root: { fingerprint: 'AB:CD' } })
  expect(text).toContain('\n  Fingerprint       AB:CD\n')
})

test('one that is being got for --domain is said, and one that is there is named', () => {
  const domains = ['duet.example', 'calls.example']
  expect(banner({ ...FACTS, domains })).toContain(
    'one for duet.example, calls.example is being got',
  )
  const certificate = { cert: '', key: '', isSelfSigned: false, names: domains, endsAt: 0 }
  expect(banner({ ...FACTS, domains, certificate })).toContain('duet.example, calls.example, until')
})

test('a given certificate is named with its end', () => {
  const certificate = {
    cert: '',
    key: '',
    isSelfSigned: false,
    names: ['duet.example'],
    endsAt: Date.UTC(2031, 4, 6),
  }
  expect(banner({ ...FACTS, certificate })).toContain('duet.example, until 2031-05-06')
  expect(banner({ ...FACTS, certificate: undefined })).toContain('none: HTTPS is off')
})

test('ports that are off are in no firewall', () => {
  const turn = { port: undefined, turnsPort: 5349, relayPorts: { first: 1, last: 2 }, users: [] }
  expect(firewallPorts({ ...FACTS, turn })).toBe('8080,8443,5349/tcp')
  expect(firewallPorts({ ...FACTS, turn: undefined })).toBe('8080,8443/tcp')
})

test('the media server is told with its port, and with those of SRS that are open', () => {
  const text = banner({ ...FACTS, mediaPort: 8000 })
  expect(text).toContain(
    '\n  Media server      UDP 8000, /whip/<room>/<name>, /whep/<room>/<name>\n',
  )
  expect(text).toContain(' 3478,49160-49259,8000/udp\n')
  const listeners = [
    ...FACTS.listeners,
    { scheme: 'http', host: '10.0.0.1', port: 1985, name: 'srs-api' } as const,
    { scheme: 'http', host: '10.0.0.2', port: 1985, name: 'srs-api' } as const,
    { scheme: 'http', host: '10.0.0.1', port: 1989, name: 'srs' } as const,
  ]
  const withSrs = banner({ ...FACTS, mediaPort: 8000, listeners })
  expect(withSrs).toContain('; srs-api on 1985, srs on 1989\n')
  expect(withSrs).toContain(' 8080,8443,1985,1989,3478,5349/tcp ')
  expect(banner(FACTS)).not.toContain('Media server')
  expect(firewallPorts({ ...FACTS, mediaPort: 3478 })).toBe(firewallPorts(FACTS))
  expect(firewallPorts({ ...FACTS, turn: undefined, mediaPort: 8000 })).toBe(
    '8080,8443/tcp 8000/udp',
  )
})

test('the link of the first administrator is printed as long as there is none', () => {
  const link = 'https://192.168.1.5:8443/administrator/token'
  expect(banner({ ...FACTS, administratorLink: link })).toContain(`  Administrator     ${link}\n`)
  expect(banner(FACTS)).not.toContain('Administrator')
})

test('certificates for other names stand below the first', () => {
  const given = (name: string) => ({
    cert: '',
    key: '',
    isSelfSigned: false,
    names: [name],
    endsAt: Date.UTC(2031, 4, 6),
  })
  const facts = {
    ...FACTS,
    certificate: given('a.example'),
    otherCertificates: [given('b.example')],
  }
  expect(banner(facts)).toContain(
    [
      '',
      '  Certificate       a.example, until 2031-05-06',
      '                    b.example, until 2031-05-06',
      '',
    ].join('\n'),
  )
})

test('what goes on to other servers is said, and who is asked, without secrets', () => {
  const proxyRules = ['/sig to http://127.0.0.1:1989', '/ to http://127.0.0.1:3000']
  const text = banner({ ...FACTS, proxyRules, preHook: 'https://hook.example/a?secret' })
  expect(text).toContain(
    [
      '',
      '  Proxy             /sig to http://127.0.0.1:1989',
      '                    / to http://127.0.0.1:3000',
      '  Pre-hook          https://hook.example is asked about each request',
      '  Certificate ',
    ].join('\n'),
  )
  expect(banner(FACTS)).not.toMatch(/Proxy|Pre-hook/)
})
