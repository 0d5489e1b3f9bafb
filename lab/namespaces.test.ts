import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { createLab, labMissing } from './namespaces.ts'

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
