import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

/** Any will do: the lab has ports of its own. */
const PORT = 8443

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: {
      prefix: lab.server.prefix,
      ports: { https: PORT, turn: PORT, turns: PORT },
      flags: ['--turns', 'always', '--public-ip', lab.server.address],
    },
    chromium: {
      isShell: false,
      prefix: lab.browsers.prefix,
      flags: ['--ignore-certificate-errors'],
    },
  }
}, labMissing())

afterAll(() => lab?.close())

for (const transport of ['tls', 'tcp', 'udp'] as const) {
  stage.test(
    `page, WebSocket and relay over ${transport.toUpperCase()} on one port`,
    async (scene) => {
      const origin = `https://${lab?.server.address}:${PORT}`
      const { ann, ben } = await talk(scene, { origin, person: { relayOver: transport } })
      expect([await ann.path(), await ben.path()]).toEqual([
        `relay/${transport}`,
        `relay/${transport}`,
      ])
      const urls = await ann.page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
      )
      expect(new Set(urls)).toEqual(new Set([origin]))
      expect(scene.server.output()).toMatch(
        new RegExp(`Firewall +\\d+,${PORT},[\\d,]+/tcp ${PORT},`),
      )
    },
  )
}
