import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import type { Certificate } from '../front/certificate.ts'
import type { Front } from '../front/front.ts'
import { makeCertificate } from '../front/make-certificate.ts'
import { openFront } from '../front/testing.ts'
import { Challenges, type ChallengeType } from './challenges.ts'
import { DomainCertificate, type DomainCertificateOptions } from './domain-certificate.ts'
import { openKeptFiles } from './kept-files.ts'
import {
  startTestAuthority,
  type TestAuthority,
  type TestAuthorityOptions,
} from './testing/test-authority.ts'

const DAY_MS = 24 * 60 * 60_000
const TURNS_OF_AN_ORDER = 30

/** A server with an authority that looks for it, on a clock that is moved by hand. */
interface Scene {
  clock: FakeClock
  authority: TestAuthority
  front: Front
  data: string
  /** Each change of the certificate. */
  changes: Certificate[]
  errors: string[]
  make(more?: Partial<DomainCertificateOptions>): DomainCertificate
  /** Runs what is due until this holds. */
  until(isSo: () => boolean): Promise<void>
  /** Runs what is due, for long enough that an order would have come in. */
  rest(): Promise<void>
}

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function stage(options: Partial<TestAuthorityOptions> = {}): Promise<Scene> {
  const clock = new FakeClock(Date.now())
  const own = await makeCertificate(['localhost'], clock.now())
  const challenges = new Challenges((certificates) => front.setAnswers(certificates))
  const { front } = openFront({ httpsPorts: [0], tls: [own], httpRoutes: [challenges.route] })
  closers.push(() => front.close())
  const authority = await startTestAuthority({
    ports: portsOf(front),
    clock,
    badNonces: 1,
    ...options,
  })
  closers.push(() => authority.close())
  const data = mkdtempSync(join(tmpdir(), 'duet-acme-'))
  closers.push(() => rmSync(data, { recursive: true }))
  const changes: Certificate[] = []
  const errors: string[] = []
  const keep = ({ message, level }: LogRecord) => level === 'error' && errors.push(message)
  const turn = async () => {
    clock.advance(0)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return {
    clock,
    authority,
    front,
    data,
    changes,
    errors,
    make(more = {}) {
      const made = new DomainCertificate({
        domains: ['a.example'],
        directory: authority.directory,
        email: 'ann@mail.example',
        ca: authority.root,
        challengeTypes: ['http-01'],
        files: openKeptFiles(data, authority.directory),
        challenges,
        onChange: (changed) => changes.push(changed),
        clock,
        logger: createLogger('debug', keep),
        random: () => 0.5,
        ...more,
      })
      closers.push(() => made.close())
      return made
    },
    async until(isSo) {
      while (!isSo()) await turn()
    },
    async rest() {
      for (let turns = 0; turns < TURNS_OF_AN_ORDER; turns += 1) await turn()
    },
  }
}

function portsOf({ listeners }: Front): { http: number; https: number } {
  const port = (scheme: string) => listeners.find((each) => each.scheme === scheme)?.port ?? 0
  return { http: port('http'), https: port('https') }
}

for (const type of ['http-01', 'tls-alpn-01'] as const satisfies ChallengeType[]) {
  test(`${type}: one certificate for all names, kept for this user only`, async () => {
    const scene = await stage()
    const domains = ['a.example', 'b.example']
    const certificate = scene.make({ domains, challengeTypes: [type] })
    expect(certificate.current).toBeUndefined()
    certificate.start()
    await scene.until(() => scene.changes.length > 0)

    const [got] = scene.changes
    expect(certificate.current).toBe(got as Certificate)
    expect(got).toMatchObject({ names: domains, isSelfSigned: false })
    expect(got?.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    expect(scene.authority.validations.toSorted()).toEqual([
      `${type} a.example`,
      `${type} b.example`,
    ])
    expect(scene.authority.accounts).toEqual([['mailto:ann@mail.example']])
    const [folder = ''] = readdirSync(join(scene.data, 'acme'))
    const kept = readdirSync(join(scene.data, 'acme', folder))
    expect(kept.toSorted()).toEqual(['account-key.pem', 'certificate-key.pem', 'certificate.pem'])
    for (const file of kept) {
      expect(statSync(join(scene.data, 'acme', folder, file)).mode & 0o777).toBe(0o600)
    }
    // Nothing of the proof is left.
    expect(await namesAt(portsOf(scene.front).https, 'a.example')).toEqual(['DNS:localhost'])
    expect(scene.errors).toEqual([])

    // Whoever starts again goes on with it, and with the same account.
    certificate.close()
    const again = scene.make({ domains })
    expect(again.current?.cert).toBe(got?.cert as string)
    expect(again.current?.key).toBe(got?.key as string)
  })
}

test('browsers are served while TLS-ALPN-01 is answered, and know nothing of it', async () => {
  const scene = await stage()
  const port = portsOf(scene.front).https
  const { cert, key } = await makeCertificate(['a.example'], scene.clock.now())
  scene.front.setAnswers(new Map([['a.example', { cert, key }]]))
  expect(await namesAt(port, 'a.example', ['acme-tls/1'])).toEqual(['DNS:a.example', 'acme-tls/1'])
  expect(await namesAt(port, 'a.example')).toEqual(['DNS:localhost'])
  const request = () =>
    fetch(`https://127.0.0.1:${port}/`, { tls: { rejectUnauthorized: false }, keepalive: false })
  expect(await (await request()).text()).toBe('page')
  scene.front.setAnswers(new Map())
  expect(await (await request()).text()).toBe('page')
})

test('renewed at two thirds of its life, as the follower of the one before', async () => {
  const scene = await stage({ suggest: () => ({ start: new Date(0), end: new Date(0) }) })
  scene.make().start()
  await scene.until(() => scene.changes.length === 1)
  scene.clock.advance(59 * DAY_MS)
  await scene.rest()
  expect(scene.authority.orders).toHaveLength(1)
  scene.clock.advance(3 * DAY_MS)
  await scene.until(() => scene.changes.length === 2)
  const [first, second] = scene.changes
  expect(second?.cert).not.toBe(first?.cert as string)
  expect(second?.key).not.toBe(first?.key as string)
  expect(scene.authority.replaced.size).toBe(1)
})

test('renewed at once when the authority wants it early', async () => {
  let isRevoked = false
  const scene = await stage({
    suggest: () => ({
      start: new Date(scene.clock.now() + (isRevoked ? -2 : 50) * DAY_MS),
      end: new Date(scene.clock.now() + (isRevoked ? -1 : 51) * DAY_MS),
    }),
  })
  scene.make().start()
  await scene.until(() => scene.changes.length === 1)
  scene.clock.advance(DAY_MS)
  await scene.rest()
  expect(scene.changes).toHaveLength(1)
  isRevoked = true
  scene.clock.advance(DAY_MS)
  await scene.until(() => scene.changes.length === 2)
})

test('what can’t be proven in one way is tried in the next', async () => {
  const scene = await stage()
  const { https } = portsOf(scene.front)
  scene.authority.setPorts({ http: await closedPort(), https })
  scene.make({ challengeTypes: ['http-01', 'tls-alpn-01'] }).start()
  await scene.until(() => scene.changes.length === 1)
  expect(scene.authority.validations).toEqual(['http-01 a.example', 'tls-alpn-01 a.example'])
  expect(scene.errors).toEqual([
    expect.stringMatching(
      /^no new certificate: Nothing answered at port 80 of a\.example: open it/,
    ),
  ])
})

test('a failure leaves the old one, is one sentence, and is tried again after a pause', async () => {
  const scene = await stage()
  const certificate = scene.make()
  certificate.start()
  await scene.until(() => scene.changes.length === 1)
  const kept = certificate.current
  const ports = portsOf(scene.front)
  // The proof of before is of use no more for another name.
  certificate.close()
  const both = scene.make({ domains: ['a.example', 'b.example'] })
  scene.authority.setPorts({ ...ports, http: await closedPort() })
  both.start()
  await scene.until(() => scene.errors.length === 1)
  await scene.until(() => scene.authority.orders.length === 2)
  expect(both.current?.cert).toBe(kept?.cert as string)
  expect(scene.errors).toEqual([expect.stringMatching(/Nothing answered at port 80 of b\.example/)])
  scene.authority.setPorts(ports)
  scene.clock.advance(10 * 60_000)
  await scene.rest()
  expect(scene.changes).toHaveLength(1)
  scene.clock.advance(20 * 60_000)
  await scene.until(() => scene.changes.length === 2)
  expect(both.current?.names).toEqual(['a.example', 'b.example'])
})

test('a name that leads nowhere holds up no other', async () => {
  let isGone = true
  const scene = await stage({
    resolve: (name) => (name === 'gone.example' && isGone ? undefined : '127.0.0.1'),
  })
  scene.make({ domains: ['a.example', 'gone.example'] }).start()
  await scene.until(() => scene.changes.length === 1)
  expect(scene.changes[0]?.names).toEqual(['a.example'])
  expect(scene.errors).toEqual([expect.stringMatching(/gone\.example has no address in DNS/)])
  isGone = false
  scene.clock.advance(60 * 60_000)
  await scene.until(() => scene.changes.length === 2)
  expect(scene.changes[1]?.names).toEqual(['a.example', 'gone.example'])
})

test('a limit of the authority is waited for as long as it says', async () => {
  let isLimited = true
  const limit = { problem: { type: 'rateLimited', detail: 'too many' }, retryAfterSeconds: 7200 }
  const scene = await stage({ refuse: () => (isLimited ? limit : undefined) })
  scene.make({ challengeTypes: ['http-01', 'tls-alpn-01'] }).start()
  await scene.until(() => scene.errors.length === 1)
  expect(scene.errors[0]).toMatch(/too many requests for a\.example: it is asked again later/)
  isLimited = false
  scene.clock.advance(7_000_000)
  await scene.rest()
  expect(scene.authority.orders).toHaveLength(0)
  scene.clock.advance(600_000)
  await scene.until(() => scene.changes.length === 1)
})

test('another server at the name’s address is told from none', async () => {
  const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('not here') })
  closers.push(() => other.stop(true))
  const scene = await stage()
  scene.authority.setPorts({ http: other.port ?? 0, https: 0 })
  scene.make().start()
  await scene.until(() => scene.errors.length === 1)
  expect(scene.errors[0]).toMatch(/Another server answered at port 80 of a\.example/)
})

test('an authority that is away, or is not trusted, is one sentence each', async () => {
  const scene = await stage()
  scene.make({ ca: undefined }).start()
  await scene.until(() => scene.errors.length === 1)
  scene.make({ directory: `https://localhost:${await closedPort()}/directory` }).start()
  await scene.until(() => scene.errors.length === 2)
  for (const error of scene.errors) {
    expect(error).toMatch(
      /^no new certificate: Localhost:\d+ can't be reached .* --acme-directory\.$/,
    )
  }
})

test('after its end nothing runs on', async () => {
  const scene = await stage()
  const certificate = scene.make()
  certificate.start()
  await scene.until(() => scene.authority.validations.length > 0)
  certificate.close()
  certificate.close()
  await scene.until(() => scene.clock.pending === 0)
  expect(scene.changes).toEqual([])
  expect(scene.errors).toEqual([])
})

/** The name in the certificate, and the protocol where one was agreed on. */
function namesAt(port: number, servername: string, protocols?: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port,
        servername,
        rejectUnauthorized: false,
        ...(protocols ? { ALPNProtocols: protocols } : {}),
      },
      () => {
        const names = socket.getPeerCertificate().subjectaltname ?? ''
        resolve([names, ...(socket.alpnProtocol ? [socket.alpnProtocol] : [])])
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}

async function closedPort(): Promise<number> {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  probe.stop(true)
  return probe.port
}
