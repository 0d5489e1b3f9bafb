import { systemClock } from '@duet/base'
import { batchedDatagrams, bunDatagrams } from '@duet/datagrams'
import { createTurnServer, restAuthenticator } from '@duet/turn'

/** The TURN server alone, with what its parent says. */
const [host = '', port = '', secret = '', network = '', path = ''] = process.argv.slice(2)
const listen = [{ host, port: Number(port) }]
await createTurnServer({
  udp: listen,
  tcp: listen,
  relay: { addresses: [{ bind: host }] },
  peers: { allow: [network] },
  authenticate: restAuthenticator({ secrets: [secret], now: () => systemClock.now() }),
  limits: 'off',
  datagrams: path === 'portable' ? bunDatagrams : batchedDatagrams,
})
process.on('disconnect', () => process.exit())
process.send?.('started')
