import { describe, expect, test } from 'bun:test'
import { readConfig } from './read-config.ts'
import type { Config } from './schema.ts'

function read(line: string): Config | string[] {
  const args = line === '' ? [] : line.split(' ')
  const result = readConfig({ args, env: {}, isInNamespace: false })
  if (result.kind === 'config') return result.config
  return result.kind === 'errors' ? result.errors : []
}

describe('--domain', () => {
  test.each<[line: string, expected: Partial<Config>]>([
    ['', { domain: [], http: [8080], https: [8443] }],
    ['--domain duet.example', { domain: ['duet.example'], http: [80], https: [443] }],
    ['--domain a.example,B.example', { domain: ['a.example', 'b.example'] }],
    ['--domain 湖.example', { domain: ['xn--n7w.example'] }],
    ['--domain a.example --http 8080 --https off', { http: [8080], https: [] }],
    ['--domain a.example --http 8080', { http: [8080], https: [443] }],
    [
      '--acme-directory letsencrypt-staging --acme-email ann@mail.example',
      {
        acmeDirectory: 'https://acme-staging-v02.api.letsencrypt.org/directory',
        acmeEmail: 'ann@mail.example',
      },
    ],
    ['--acme-directory https://ca.lan/dir', { acmeDirectory: 'https://ca.lan/dir' }],
  ])('%s', (line, expected) => {
    expect(read(line)).toMatchObject(expected)
  })

  test.each<[line: string, error: string]>([
    ['--domain localhost', '--domain localhost is not a name like duet.example.org'],
    ['--domain 203.0.113.7', '--domain 203.0.113.7 is not a name like duet.example.org'],
    [
      '--domain https://a.example',
      '--domain https://a.example is not a name like duet.example.org',
    ],
    ['--domain a.example:443', '--domain a.example:443 is not a name like duet.example.org'],
    ['--domain a..example', '--domain a..example is not a name like duet.example.org'],
    [
      '--domain *.example.org',
      '--domain *.example.org is a wildcard, which can’t be checked here: name each one, or use --tls-cert',
    ],
    [
      '--domain a.example --tls-cert a --tls-key b',
      '--domain and --tls-cert both give a certificate: choose one',
    ],
    [
      '--domain a.example --acme-challenge http-01 --http off',
      '--acme-challenge http-01 needs a port for HTTP: add --http 80',
    ],
    [
      '--domain a.example --acme-challenge tls-alpn-01 --https off',
      '--acme-challenge tls-alpn-01 needs a port for HTTPS: add --https 443',
    ],
    [
      '--acme-directory http://ca.lan',
      '--acme-directory http://ca.lan is not letsencrypt, letsencrypt-staging or a URL that begins with https://',
    ],
    ['--acme-email ann', '--acme-email ann is not a mail address'],
  ])('%s', (line, error) => {
    expect(read(line)).toEqual([error])
  })
})
