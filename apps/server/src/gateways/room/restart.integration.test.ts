import { expect, test } from 'bun:test'
import { openFixture, until } from './fixture.ts'
import { CLIENT_KINDS } from '../../socket-io/client-versions.ts'
import { Page } from './page.ts'

test.concurrent.each(CLIENT_KINDS)(
  'RM18 version $version, $transport, comes back by itself after a restart',
  async (own) => {
    const before = openFixture()
    const more = { reconnectionDelay: 50, reconnectionDelayMax: 100 }
    const [a, b] = [
      await Page.open(before.origin, { ...own, more }),
      await Page.open(before.origin, { ...own, more }),
    ]
    await a.ask('join', 'lake', 'joined')
    await b.ask('join', 'lake', 'joined')
    await a.hears('otherjoin')
    await before.close()
    await a.hears('disconnect')
    await b.hears('disconnect')

    const port = Number(new URL(before.origin).port)
    const after = openFixture({ front: { httpPorts: [port] } })
    await until(() => a.socket.connected && b.socket.connected)
    await a.ask('join', 'lake', 'joined')
    expect([...a.heard, ...b.heard].map(([event]) => event)).not.toContain('bye')
    a.socket.close()
    b.socket.close()
    await after.close()
  },
  20_000,
)
