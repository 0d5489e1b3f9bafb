import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { waitUntil } from '../e2e/harness/wait.ts'
import { createInternet, internetMissing } from './internet.ts'
import { startReflector } from './nat-findings.ts'
import { answersUdp } from './reachability.ts'

const missing = internetMissing()
if (missing) console.log(`Skipped: ${missing}`)

const PORT = 3478

/** The namespaces of a process. */
function namespacesOf(pid: number): string[] {
  return readdirSync('/run/netns').filter((name) => name.startsWith(`duet-lab-${pid}-`))
}

test.skipIf(missing !== undefined)(
  'two internets with the same addresses know nothing of each other',
  async () => {
    const one = createInternet()
    const other = createInternet()
    const host = one.addHost('host')
    const reflector = await startReflector(host, [PORT])
    try {
      const [caller, stranger] = [one, other].map((each) => each.addHost('caller'))
      const namesake = other.addHost('namesake')
      if (!caller || !stranger) throw new Error('there are no callers')
      expect(stranger.address).toBe(host.address)
      expect(await answersUdp(caller, host.address, PORT)).toBe(true)
      expect(await answersUdp(namesake, host.address, PORT)).toBe(false)
      other.close()
      expect(await answersUdp(caller, host.address, PORT)).toBe(true)
    } finally {
      await reflector.close()
      one.close()
      other.close()
    }
    expect(namespacesOf(process.pid)).toEqual([])
  },
  30_000,
)

test.skipIf(missing !== undefined)(
  'an internet whose process was killed goes with the next one',
  async () => {
    const code = `
    const { createInternet } = await import(${JSON.stringify(new URL('internet.ts', import.meta.url).href)})
    console.log(createInternet().addHome('ann', 'symmetric').name)
    process.kill(process.pid, 'SIGKILL')`
    const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' })
    expect(await new Response(child.stdout).text()).toStartWith(`duet-lab-${child.pid}-`)
    await child.exited
    createInternet().close()
    // Another one that is made at the same time may be about to remove the same.
    await waitUntil('they are gone', () => namespacesOf(child.pid), {
      isGood: (names) => names.length === 0,
    })
  },
  30_000,
)
