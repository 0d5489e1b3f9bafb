import type { Logger } from '@duet/base'
import type { MediaServer } from '@duet/media'
import type { Hub } from '../hub/hub.ts'
import { tellPublishing } from '../rooms/publishing.ts'
import { splitStream } from './stream-target.ts'

/** Tells rooms which of their members can be played (R17); returns what ends that. */
export function announceStreams(
  media: Pick<MediaServer, 'on'>,
  hub: Hub,
  logger: Logger,
): () => void {
  const tell = (stream: string, isPublishing: boolean): void => {
    const { app, name } = splitStream(stream)
    tellPublishing(hub, { room: app, member: name, isPublishing }, logger)
  }
  const forget = [
    media.on('connected', ({ kind, stream }) => {
      if (kind === 'publish') tell(stream, true)
    }),
    media.on('ended', ({ kind, stream, state }) => {
      if (kind === 'publish' && state === 'connected') tell(stream, false)
    }),
  ]
  return () => {
    for (const each of forget) each()
  }
}
