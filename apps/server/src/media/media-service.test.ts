import { describe, expect, test } from 'bun:test'
import { DuetError, FakeClock, silentLogger } from '@duet/base'
import { readConfig, type Config } from '../config/index.ts'
import type { MediaServerOptions } from '@duet/media'
import { MemoryHub } from '../hub/memory.ts'
import { OPEN_ACCESS } from '../rooms/access.ts'
import { StartError } from '../start-error.ts'
import { openMediaService, srsPorts } from './media-service.ts'
import { FakeMediaServer } from './testing/fake-media-server.ts'
import { MediaTokens } from './tokens.ts'
import { NO_ICE } from '../testing/ice-clients.ts'

function configOf(flags: string): Config {
  const args = flags === '' ? [] : flags.split(' ')
  const read = readConfig({ args, env: {}, isInNamespace: true })
  if (read.kind !== 'config') throw new Error(JSON.stringify(read))
  return read.config
}

/** Starts with these flags; resolves with what the media server was made with. */
async function start(flags: string, fault?: Error): Promise<MediaServerOptions[]> {
  const made: MediaServerOptions[] = []
  const clock = new FakeClock()
  const service = await openMediaService({
    config: configOf(flags),
    ips: ['127.0.0.1', '192.168.1.5'],
    localAddresses: { lan: [], global: [] },
    createMediaServer(options) {
      made.push(options)
      return fault ? Promise.reject(fault) : Promise.resolve(new FakeMediaServer(clock))
    },
    tokens: new MediaTokens(Buffer.alloc(32), clock),
    hub: new MemoryHub(silentLogger),
    access: OPEN_ACCESS,
    identify: () => undefined,
    openIceClient: NO_ICE,
    clock,
    logger: silentLogger,
  })
  await service.close()
  return made
}

describe('MD19 the port of the media server', () => {
  test('MD19 one port on each address', async () => {
    const [made] = await start('--media-port 9000 --public-ip 8.8.8.8')
    expect(made).toMatchObject({
      listen: [
        { host: '127.0.0.1', port: 9000 },
        { host: '192.168.1.5', port: 9000 },
      ],
      candidates: ['8.8.8.8', '192.168.1.5', '127.0.0.1'],
    })
    expect(made).not.toHaveProperty('limits')
  })

  test('MD19 off is without, and --limits off is passed on', async () => {
    expect(await start('--media-port off')).toEqual([])
    expect(await start('--limits off')).toMatchObject([{ limits: 'off' }])
  })

  test('MD19 one in use is a sentence that names the flag', async () => {
    const fault = new DuetError('port-in-use', 'UDP port 8000 of :: is already in use')
    const problem: unknown = await start('', fault).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(StartError)
    expect(String(problem)).toContain('already in use: choose another one with --media-port')
  })

  test('MD19 where OpenSSL is missing, the server starts without it', async () => {
    const fault = new DuetError('no-openssl', 'The media server needs OpenSSL 3')
    expect(await start('', fault)).toHaveLength(1)
  })

  test('MD19 what nobody expected is not taken for one', async () => {
    const fault = new Error('a mistake of ours')
    expect(await start('', fault).catch((error: unknown) => error)).toBe(fault)
  })
})

test.each([
  ['', [1985, 1989]],
  ['--srs-api-port 0 --srs-port off', [0]],
  ['--srs-api-port off --srs-port off', []],
  ['--dialects room', []],
])('MD25 ports of SRS with %p', (flags, ports) => {
  expect(srsPorts(configOf(flags)).map(({ port }) => port)).toEqual(ports)
})
