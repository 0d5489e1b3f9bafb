import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInternet, internetMissing, type PublicHost } from './internet.ts'
import type { ServerSite, ServerSiteOptions } from './server-site.ts'
import type { RelayFindings } from './relay-probe.ts'

const missing = internetMissing()
if (missing) process.stdout.write(`Skipped: ${missing}\n`)

const CLI = join(import.meta.dir, '../apps/server/src/cli.ts')
const STUN = join(import.meta.dir, 'stun-process.ts')
const PROBE = join(import.meta.dir, 'relay-probe.ts')
const ALL_PORTS = ['8443/tcp', '3478/udp', '3478/tcp', '49160-49259/udp', '8000/udp']

/** What is closed after each test, last first. */
const opened: (() => void | Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

/** A server in the internet, two STUN servers, and somebody who calls over its relay. */
class Scene {
  readonly site: ServerSite
  readonly #caller: PublicHost
  readonly #stun: readonly PublicHost[]
  readonly #lines: string[] = []
  readonly #watchers = new Set<() => void>()

  constructor(options: ServerSiteOptions) {
    const internet = createInternet()
    opened.push(() => internet.close())
    this.site = internet.addServerSite(options)
    this.#caller = internet.addHost('caller')
    this.#stun = [internet.addHost('stun-one'), internet.addHost('stun-two')]
  }

  /** Starts all servers; resolves once Duet's own has said what matches. */
  async start(said: RegExp, ...flags: string[]): Promise<string> {
    for (const { prefix, address } of this.#stun) {
      const child = Bun.spawn([...prefix, process.execPath, STUN, address], { stdout: 'pipe' })
      opened.push(() => ended(child))
      await child.stdout.getReader().read()
    }
    const data = mkdtempSync(join(tmpdir(), 'duet-addresses-'))
    opened.push(() => rmSync(data, { recursive: true }))
    const stun = this.#stun.map(({ address }) => address).join(',')
    const args = ['--data', data, '--stun-servers', stun, '--turn-user', 'ann:secret', ...flags]
    const command = [...this.site.prefix, process.execPath, CLI, 'start', ...args]
    const server = Bun.spawn(command, { stdout: 'ignore', stderr: 'pipe' })
    opened.push(() => ended(server))
    void this.#collect(server.stderr)
    return this.line(said)
  }

  /** The first line of the log that matches, once it is there. */
  async line(said: RegExp): Promise<string> {
    for (;;) {
      const line = this.#lines.find((each) => said.test(each))
      if (line !== undefined) return line
      await new Promise<void>((resolve) => this.#watchers.add(resolve))
    }
  }

  /** What a caller on the internet finds of relays. */
  async relay(): Promise<RelayFindings> {
    const { prefix, address } = this.#caller
    const command = [...prefix, process.execPath, PROBE, address, this.site.publicAddress]
    const child = Bun.spawn(command, { stdout: 'pipe' })
    opened.push(() => ended(child))
    return JSON.parse(await new Response(child.stdout).text()) as RelayFindings
  }

  /** The start page, as the internet sees it. */
  async page(): Promise<string> {
    // The first page may wait for the web app to be built.
    const code = `
      const url = 'https://${this.site.publicAddress}:8443/'
      const ask = () => fetch(url, { tls: { rejectUnauthorized: false } }).catch(() => undefined)
      let answer = await ask()
      while (!answer) answer = await ask()
      console.log(await answer.text())`
    const command = [...this.#caller.prefix, process.execPath, '-e', code]
    const child = Bun.spawn(command, { stdout: 'pipe' })
    opened.push(() => ended(child))
    return new Response(child.stdout).text()
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let text = ''
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      this.#lines.push(...lines)
      for (const watcher of this.#watchers) watcher()
      this.#watchers.clear()
    }
  }
}

async function ended(child: Bun.Subprocess): Promise<void> {
  child.kill()
  await child.exited
}

const KNOWN = /the public IPv4 address is/

describe.skipIf(missing !== undefined)('a server finds its public address', () => {
  test('on an interface', async () => {
    const scene = new Scene({})
    expect(await scene.start(KNOWN)).toContain(`${scene.site.address}, on an interface`)
    expect(await scene.relay()).toEqual({ relayed: scene.site.address, isHeard: true })
  })

  test('behind a one-to-one NAT, and relays and pages are there', async () => {
    const scene = new Scene({ nat: 'one-to-one' })
    const { publicAddress, address } = scene.site
    expect(address).not.toBe(publicAddress)
    expect(await scene.start(KNOWN)).toContain(
      `${publicAddress}, behind a NAT that passes our ports on`,
    )
    expect(await scene.relay()).toEqual({ relayed: publicAddress, isHeard: true })
    await scene.line(new RegExp(`pages open from anywhere at https://${publicAddress}:8443`))
    expect(await scene.page()).toContain(`"public":"https://${publicAddress}:8443"`)
  })

  test('behind a one-to-one NAT that does not lead back inside', async () => {
    const scene = new Scene({ nat: 'one-to-one', hasHairpin: false })
    const { publicAddress } = scene.site
    expect(await scene.start(KNOWN)).toMatch(/ports do not answer from here.*does no harm/)
    expect(await scene.relay()).toEqual({ relayed: publicAddress, isHeard: true })
  })

  test('behind a home router that passes all ports on', async () => {
    const scene = new Scene({ nat: 'mapped', mappedPorts: ALL_PORTS })
    expect(await scene.start(KNOWN)).toContain('behind a NAT that passes our ports on')
    const { publicAddress } = scene.site
    expect(await scene.relay()).toEqual({ relayed: publicAddress, isHeard: true })
  })

  test('behind a home router that passes on TURN and not its relays, which it says', async () => {
    const scene = new Scene({ nat: 'mapped', mappedPorts: ['3478/udp', '3478/tcp'] })
    expect(await scene.start(KNOWN)).toMatch(/warn .*pass on UDP 49160-49259 too/)
    const { publicAddress } = scene.site
    expect(await scene.relay()).toEqual({ relayed: publicAddress, isHeard: false })
  })

  test('behind a home router that passes nothing on, which it says', async () => {
    const scene = new Scene({ nat: 'mapped' })
    const { address } = scene.site
    expect(await scene.start(KNOWN)).toMatch(
      new RegExp(`pass TCP and UDP 3478 and UDP 49160-49259 on to ${address}`),
    )
  })

  test('and warns that another one was said', async () => {
    const scene = new Scene({ nat: 'one-to-one' })
    const said = await scene.start(/--public-ip says/, '--public-ip', '44.20.0.77')
    expect(said).toContain(`STUN servers see this machine at ${scene.site.publicAddress}`)
    expect((await scene.relay()).relayed).toBe('44.20.0.77')
  })
})
