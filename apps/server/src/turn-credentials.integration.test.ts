import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FREE_PORTS, NPM, runToEnd, spawnServer } from './spawn-server.ts'
import { tryAllocation } from './testing/allocation.ts'

const host = '127.0.0.1'
const folder = mkdtempSync(join(tmpdir(), 'duet-turn-credentials-'))
const data = join(folder, 'data')

afterAll(() => rmSync(folder, { recursive: true }))

const print = (port: number, ...args: string[]) => {
  const flags = ['--data', data, '--host', host, '--turn-port', String(port)]
  return runToEnd(['turn-credentials', ...flags, ...args], NPM)
}

interface Login {
  username: string
  credential: string
}

const loginOf = (output: string): Login => {
  const servers = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Partial<Login>[]
  const { username = '', credential = '' } = servers.find((server) => server.username) ?? {}
  return { username, credential }
}

test('what is printed, while the server runs or not, is a login of its TURN server', async () => {
  const flags = [...FREE_PORTS, '--host', host]
  const first = await spawnServer(flags, undefined, data)
  const running = await print(first.turnPort)
  expect(running).toMatchObject({ code: 0, errors: '' })
  const login = loginOf(running.output)
  const allocate = (port: number, { username, credential }: Login) =>
    tryAllocation({ host, port }, { username, password: credential })
  expect((await allocate(first.turnPort, login)).code).toBe(0)
  expect((await allocate(first.turnPort, { ...login, credential: 'another' })).code).toBe(401)
  await first.stop()

  const stopped = await print(first.turnPort, '--ttl', '24h', '--json')
  expect(stopped.output.trim().split('\n')).toHaveLength(1)
  expect(stopped.output).toContain(`"turn:${host}:${first.turnPort}?transport=udp"`)
  const second = await spawnServer(flags, undefined, data)
  expect((await allocate(second.turnPort, loginOf(stopped.output))).code).toBe(0)
  await second.stop()
})

test('what can’t work is said in one sentence', async () => {
  expect(await print(3478, '--ttl', '2d')).toEqual({
    code: 1,
    output: '',
    errors: 'duet: --ttl 2d is longer than 24 hours\n',
  })
  const { code, errors } = await print(3478, '--data', join(folder, 'nowhere'))
  expect([code, errors]).toEqual([1, 'duet: --data is given more than once\n'])
})
