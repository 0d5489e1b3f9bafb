import { bunDatagrams } from '@duet/datagrams'
import { createTurnServer } from '@duet/turn'

/** The TURN server alone, with what its parent says. */
const [host = '', port = '', secret = '', network = '', path = ''] = process.argv.slice(2)
const listen = [{ host, port: Number(port) }]
await createTurnServer({
  udp: listen,
  tcp: listen,
  relay: { addresses: [{ bind: host }] },
  peers: { allow: [network] },
  secrets: [secret],
  limits: 'off',
  ...(path === 'portable' ? { datagrams: bunDatagrams } : { workers: Number(path) }),
})
process.on('disconnect', () => process.exit())
process.send?.('started')
