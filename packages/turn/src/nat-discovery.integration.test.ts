import { expect, test } from 'bun:test'
import { createNatDiscovery } from './nat-discovery.ts'

const missing = Bun.which('turnutils_natdiscovery') === null
if (missing) process.stderr.write('Skipped: coturn is not installed (apt-get install coturn).\n')

test.skipIf(missing)(
  'coturn’s turnutils_natdiscovery finds no NAT on loopback',
  async () => {
    const server = await createNatDiscovery({
      addresses: [{ bind: '127.0.0.1' }, { bind: '127.0.0.2' }],
      ports: [34_790, 34_791],
    })
    try {
      const command = 'turnutils_natdiscovery -m -f -p 34790 -L 127.0.0.1 127.0.0.1'
      const child = Bun.spawn(command.split(' '), {
        stdout: 'pipe',
        stderr: 'pipe',
        timeout: 20_000,
      })
      const text = await new Response(child.stdout).text()
      await child.exited
      expect(text).toContain('NAT with Endpoint Independent Filtering!')
      expect(text).toMatch(/no nat|endpoint independent mapping/i)
      expect(text).toContain('Other addr: : 127.0.0.2:34791')
    } finally {
      server.close()
    }
  },
  30_000,
)
