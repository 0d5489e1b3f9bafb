import { expect, test } from 'bun:test'
import { turnsHost } from './turns-host.ts'

const certificate = (...names: string[]) => ({ names, isSelfSigned: false })

test.each([
  ['its own name', ['a.example', 'b.example'], 'B.example', 'B.example'],
  ['an address that it is for', ['a.example', '44.20.1.2'], '44.20.1.2', '44.20.1.2'],
  ['the name of another certificate', ['a.example'], 'b.example', 'a.example'],
  ['an address that it is not for', ['a.example'], '44.20.1.2', 'a.example'],
  ['a wildcard', ['*.a.example'], 'x.a.example', 'x.a.example'],
  ['a wildcard stands for one label', ['a.example', '*.a.example'], 'y.x.a.example', 'a.example'],
  ['only wildcards', ['*.a.example'], 'b.example', 'b.example'],
])('TURN over TLS is found at %s', (_what, names, asked, host) => {
  expect(turnsHost(certificate(...names), asked)).toBe(host)
})

test('a certificate of the server’s own changes nothing, nor does none', () => {
  expect(turnsHost({ names: ['a.example'], isSelfSigned: true }, 'b.example')).toBe('b.example')
  expect(turnsHost(undefined, 'b.example')).toBe('b.example')
})
