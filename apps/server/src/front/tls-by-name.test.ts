import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:tls'
import type { Front } from './front.ts'
import { makeCertificate } from './make-certificate.ts'
import { openFront } from './testing.ts'
import { tlsByName } from './tls-by-name.ts'
import type { Tls } from './listen.ts'

const pem = (text: string, ...names: string[]): Tls => ({ cert: text, key: `${text} key`, names })

test('each name is asked of the first certificate that has it', () => {
  const first = pem('one', 'a.example', '10.0.0.1', 'A.Example', '*.b.example')
  const second = pem('two', 'a.example', 'c.example', '*.b.example', '::1')
  const byName = tlsByName([first, second]).map(({ cert, serverName }) => [cert, serverName])
  expect(byName).toEqual([
    ['one', 'a.example'],
    ['one', '*.b.example'],
    ['two', 'c.example'],
  ])
})

test('a first one without names is there for everybody all the same, a later one is not', () => {
  const byName = tlsByName([pem('one', '10.0.0.1'), pem('two', 'a.example'), pem('three')])
  expect(byName.map(({ cert, serverName }) => [cert, serverName])).toEqual([
    ['one', undefined],
    ['two', 'a.example'],
  ])
  expect(tlsByName([pem('one', 'a.example')])).toEqual([{ cert: 'one', key: 'one key' }])
  expect(tlsByName([])).toEqual([])
})

describe('a TLS client gets', () => {
  const certificates: Tls[] = []
  let front: Front
  let port = 0

  beforeAll(async () => {
    for (const names of [
      ['a.example', '127.0.0.1'],
      ['b.example', '*.b.example'],
      ['*.c.example', 'x.b.example'],
    ]) {
      certificates.push({ ...(await makeCertificate(names, Date.now())), names })
    }
    ;({ front, port } = openFront({ tls: certificates, httpPorts: [], httpsPorts: [0] }))
  })

  afterAll(() => front.close())

  const CASES: [asked: string | undefined, names: string][] = [
    [undefined, 'DNS:a.example, IP Address:127.0.0.1'],
    ['a.example', 'DNS:a.example, IP Address:127.0.0.1'],
    ['A.EXAMPLE', 'DNS:a.example, IP Address:127.0.0.1'],
    ['b.example', 'DNS:b.example, DNS:*.b.example'],
    ['y.b.example', 'DNS:b.example, DNS:*.b.example'],
    ['x.b.example', 'DNS:*.c.example, DNS:x.b.example'],
    ['y.c.example', 'DNS:*.c.example, DNS:x.b.example'],
    ['c.example', 'DNS:a.example, IP Address:127.0.0.1'],
    ['y.y.c.example', 'DNS:a.example, IP Address:127.0.0.1'],
    ['elsewhere.example', 'DNS:a.example, IP Address:127.0.0.1'],
  ]

  test.each(CASES)('for %s the certificate of %s', async (asked, names) => {
    expect(await presented(port, asked)).toBe(names)
  })

  test('for a name, over HTTP as well', async () => {
    const options = {
      headers: { host: 'y.b.example' },
      tls: { ca: certificates[1]?.cert ?? '', serverName: 'y.b.example' },
    }
    expect(await (await fetch(`https://127.0.0.1:${port}/`, options)).text()).toBe('page')
  })

  test('a renewed one, and the others as before', async () => {
    const names = ['b.example', 'new.example']
    const renewed = { ...(await makeCertificate(names, Date.now())), names }
    front.setTls(certificates.with(1, renewed))
    expect(await presented(port, 'new.example')).toBe('DNS:b.example, DNS:new.example')
    expect(await presented(port, 'b.example')).toBe('DNS:b.example, DNS:new.example')
    expect(await presented(port, 'y.b.example')).toBe('DNS:a.example, IP Address:127.0.0.1')
    expect(await presented(port, 'x.b.example')).toBe('DNS:*.c.example, DNS:x.b.example')
  })
})

/** The names in the certificate that a client is shown. */
function presented(port: number, servername: string | undefined): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false }
    const socket = connect({ ...options, ...(servername ? { servername } : {}) }, () => {
      resolve(socket.getPeerCertificate().subjectaltname)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
