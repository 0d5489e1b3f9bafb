import { join } from 'node:path'
import { silentLogger, steadyClock } from '@duet/base'
import { openRecording } from '@duet/capture'
import { batchedDatagrams, bunDatagrams } from '@duet/datagrams'
import { createMediaServer, type SessionRequest } from '@duet/media'

/** The media server alone, told by its parent what to answer. */
const [host = '127.0.0.1', path, files = ''] = process.argv.slice(2)
const server = await createMediaServer({
  listen: [{ host, port: 0 }],
  candidates: [host],
  clock: steadyClock,
  logger: silentLogger,
  limits: 'off',
  network: path === 'portable' ? bunDatagrams : batchedDatagrams,
})

/** Frames that were read of what is published, where it is recorded. */
let frames = 0

/** Without a request, it is asked for the count of frames. */
process.on('message', ({ id, request }: { id: number; request?: SessionRequest }) => {
  if (!request) return process.send?.({ id, sdp: String(frames) })
  if (request.kind === 'publish') record(request.stream)
  return process.send?.({ id, sdp: server.open(request).sdp })
})
/** As a recording does, which only counts its frames where nothing is to be written. */
function record(stream: string): void {
  if (path === 'read') server.read(stream, { onFrame: () => (frames += 1) })
  if (path !== 'written') return
  const file = openRecording({ path: join(files, stream.replaceAll('/', '-')), clock: steadyClock })
  server.read(stream, {
    onFrame: (frame) => {
      frames += 1
      file.write(frame)
    },
  })
}
process.on('disconnect', () => process.exit())
process.send?.({ id: 0, sdp: '' })
