import { silentLogger, steadyClock } from '@duet/base'
import { batchedDatagrams, bunDatagrams } from '@duet/datagrams'
import { createMediaServer, type SessionRequest } from '@duet/media'

/** The media server alone, told by its parent what to answer. */
const [host = '127.0.0.1', path] = process.argv.slice(2)
const server = await createMediaServer({
  listen: [{ host, port: 0 }],
  candidates: [host],
  clock: steadyClock,
  logger: silentLogger,
  limits: 'off',
  network: path === 'portable' ? bunDatagrams : batchedDatagrams,
})

process.on('message', ({ id, request }: { id: number; request: SessionRequest }) => {
  process.send?.({ id, sdp: server.open(request).sdp })
})
process.on('disconnect', () => process.exit())
process.send?.({ id: 0, sdp: '' })
