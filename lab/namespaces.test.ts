import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { createLab, createNetworks, labMissing, type Namespace } from './namespaces.ts'

const missing = labMissing()
if (missing) console.log(`Skipped: ${missing}`)

test.skipIf(missing !== undefined)(
  'two machines reach each other, and leave nothing behind',
  () => {
    const lab = createLab()
    try {
      const route = Bun.spawnSync([
        ...lab.browsers.prefix,
        'ip',
        'route',
        'get',
        lab.server.address,
      ])
      expect(route.stdout.toString()).toContain(`src ${lab.browsers.address}`)
    } finally {
      lab.close()
      lab.close()
    }
    expect(existsSync(`/run/netns/${lab.server.name}`)).toBe(false)
    expect(existsSync(`/run/netns/${lab.browsers.name}`)).toBe(false)
  },
)

test.skipIf(missing !== undefined)(
  'homes reach the server, not each other, and nobody without their cable',
  async () => {
    const networks = createNetworks(['one', 'two'])
    const [one, two] = networks.homes
    const answers: Bun.Subprocess[] = []
    try {
      if (!one || !two) throw new Error('there are no homes')
      for (const at of [networks.server, one, two]) answers.push(await answering(at))
      expect([reaches(one, networks.server), reaches(two, networks.server)]).toEqual([true, true])
      expect([isCutOff(one, two), isCutOff(two, one)]).toEqual([true, true])
      two.setConnected(false)
      expect([reaches(one, networks.server), isCutOff(two, networks.server)]).toEqual([true, true])
      two.setConnected(true)
      expect(reaches(two, networks.server)).toBe(true)
    } finally {
      for (const each of answers) each.kill()
      networks.close()
    }
  },
)

/** Something in this namespace answers at port 80. */
async function answering({ prefix }: Namespace): Promise<Bun.Subprocess> {
  const code = `Bun.serve({ port: 80, fetch: () => new Response('here') }); console.log('ready')`
  const child = Bun.spawn([...prefix, process.execPath, '-e', code], { stdout: 'pipe' })
  await child.stdout.getReader().read()
  return child
}

/** Waits long for an answer that is to come, because the machine may have other work as well. */
function reaches(from: Namespace, to: Namespace): boolean {
  return isAnswered(from, to, 10_000)
}

function isCutOff(from: Namespace, to: Namespace): boolean {
  return !isAnswered(from, to, 1000)
}

function isAnswered({ prefix }: Namespace, { address }: Namespace, timeoutMs: number): boolean {
  const code = `await fetch('http://${address}/', { signal: AbortSignal.timeout(${timeoutMs}) })`
  return Bun.spawnSync([...prefix, process.execPath, '-e', code]).exitCode === 0
}

test.skipIf(missing !== undefined)(
  'a lab whose process was killed goes with the next one',
  async () => {
    const code = `
    const { createLab } = await import(${JSON.stringify(new URL('./namespaces.ts', import.meta.url).href)})
    console.log(createLab().server.name)
    process.kill(process.pid, 'SIGKILL')`
    const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' })
    const name = (await new Response(child.stdout).text()).trim()
    await child.exited
    expect(existsSync(`/run/netns/${name}`)).toBe(true)
    createLab().close()
    expect(existsSync(`/run/netns/${name}`)).toBe(false)
  },
)
