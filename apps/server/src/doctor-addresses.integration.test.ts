import { systemClock } from '@duet/base'
import {
  ATTRIBUTE,
  decodeMessage,
  encodeMessage,
  encodeXorAddress,
  METHOD,
  parseIp,
  joinAddress,
  shortTermKey,
} from '@duet/stun'
import { createTurnServer, usersAuthenticator } from '@duet/turn'
import { afterEach, expect, test } from 'bun:test'
import { mediaCheck } from './ops/doctor/checks/media-check.ts'
import { relayChecks } from './ops/doctor/checks/relay-checks.ts'
import { runChecks } from './ops/doctor/run-checks.ts'
import { readTarget, type TargetAddress } from './ops/doctor/target.ts'
import { freePort } from './ops/doctor/testing/examine.ts'
import { fakeDuet, type FakeDuetOptions } from './ops/doctor/testing/fake-duet.ts'
import type { CheckResult } from './ops/doctor/verdict.ts'
import { Visit } from './ops/doctor/visit.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const BOTH: readonly TargetAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** What relays and the media server of a fake server come to, by id; `both.example` has two addresses. */
async function examineAt(options: FakeDuetOptions): Promise<Map<string, CheckResult['verdict']>> {
  const server = fakeDuet(options)
  closing.push(server.close)
  const target = readTarget(server.origin, true)
  if (!target) throw new Error('no target')
  const visit = new Visit(target, systemClock)
  const known = visit.resolve.bind(visit)
  visit.resolve = (name) => (name === 'both.example' ? Promise.resolve([...BOTH]) : known(name))
  const checks = [...relayChecks(visit), mediaCheck(visit)]
  const results = await runChecks(checks, { clock: systemClock })
  await visit.close()
  return new Map(results.map(({ id, verdict }) => [id, verdict]))
}

/** TURN on one port of each of these addresses, over UDP and TCP. */
async function startTurn(hosts: readonly string[]): Promise<number> {
  const port = await freePort()
  const listen = hosts.map((host) => ({ host, port }))
  const turn = await createTurnServer({
    udp: listen,
    tcp: listen,
    relay: { addresses: [{ bind: '127.0.0.1' }] },
    authenticate: usersAuthenticator(new Map([['ann', 'secret']])),
  })
  closing.push(() => turn.close())
  return port
}

function iceServersAt(port: number) {
  const at = `both.example:${port}`
  return [
    { urls: [`stun:${at}`] },
    {
      urls: [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`],
      username: 'ann',
      credential: 'secret',
    },
  ]
}

const RELAYS = ['stun', 'turn-udp', 'turn-tcp']

test('STUN and relays are tried over both families', async () => {
  const port = await startTurn(['127.0.0.1', '::1'])
  const told = await examineAt({ iceServers: iceServersAt(port) })
  for (const id of RELAYS) {
    const verdict = told.get(id)
    expect(verdict?.kind).toBe('ok')
    const [four, six] =
      id === 'stun' ? ['127.0.0.1', '::1'] : [`(127.0.0.1:${port})`, `([::1]:${port})`]
    expect(verdict?.kind === 'ok' && verdict.detail).toContain(four)
    expect(verdict?.kind === 'ok' && verdict.detail).toContain(six)
  }
}, 30_000)

test.each([
  ['127.0.0.1', '::1', 'ice-ipv6-closed'],
  ['::1', '127.0.0.1', 'ice-ipv4-closed'],
])(
  'a server that answers at %s alone',
  async (host, other, fault) => {
    const port = await startTurn([host])
    const told = await examineAt({ iceServers: iceServersAt(port) })
    for (const id of RELAYS) {
      const facts = { at: 'both.example', other, port }
      expect(told.get(id)).toMatchObject({ kind: 'fails', fault, facts })
    }
  },
  30_000,
)

const PWD = 'p'.repeat(24)

/** An ICE agent at one address; the port. */
async function answerChecks(hostname: string): Promise<number> {
  const integrity = { algorithm: 'sha-1', key: shortTermKey(PWD) } as const
  const socket = await Bun.udpSocket({
    hostname,
    binaryType: 'uint8array',
    socket: {
      data(self, bytes, port, address) {
        const check = decodeMessage(bytes.slice())
        const ip = parseIp(address)
        if (!check || ip === undefined) return
        const { transactionId } = check
        const mapped = encodeXorAddress(joinAddress(ip, port), transactionId)
        const attributes = [{ type: ATTRIBUTE.xorMappedAddress, value: mapped }]
        const answer = {
          class: 'success',
          method: METHOD.binding,
          transactionId,
          attributes,
        } as const
        self.send(encodeMessage(answer, { integrity, fingerprint: true }), port, address)
      },
    },
  })
  closing.push(() => socket.close())
  return socket.port
}

/** A media server that names these candidates. */
function mediaAt(...candidates: [address: string, port: number][]): FakeDuetOptions {
  const lines = candidates.map(
    ([address, port], index) => `a=candidate:${index} 1 udp 1 ${address} ${port} typ host`,
  )
  const sdp = ['v=0', 'a=ice-ufrag:abcd', `a=ice-pwd:${PWD}`, ...lines, ''].join('\r\n')
  return {
    whip: ({ method }) => new Response(method === 'DELETE' ? '' : sdp, { status: 201 }),
  }
}

test('every candidate of the media server is tried, over both families', async () => {
  const [four, six] = [await answerChecks('127.0.0.1'), await answerChecks('::1')]
  const told = await examineAt(mediaAt(['127.0.0.1', four], ['::1', six]))
  expect(told.get('media')).toEqual({
    kind: 'ok',
    detail: `answers at 127.0.0.1, port ${four} and ::1, port ${six}`,
  })
})

test('a candidate that is silent is not hidden by one that answers', async () => {
  const port = await answerChecks('127.0.0.1')
  const told = await examineAt(mediaAt(['127.0.0.1', port], ['127.0.0.2', port]))
  expect(told.get('media')).toEqual({
    kind: 'fails',
    fault: 'media-address-silent',
    facts: { at: '127.0.0.2', other: '127.0.0.1', port },
  })
})
