import { systemClock } from '@duet/base'
import { bunDatagrams, type DatagramPort } from '@duet/datagrams'
import { createLoadContext, MediaClient } from '@duet/media'
import { parseIp } from '@duet/stun'
import type { SpawnedServer } from '../../spawn-server.ts'
import { RtpSender, type EncodedPicture } from './rtp-sender.ts'

const TICK_MS = 50

const LOOPBACK = parseIp('127.0.0.1')!

/** A stream that is sent to the media server by WHIP. For tests. */
export class RtpPublisher {
  /** Resolves when the server ends it. */
  readonly ended: Promise<void>
  readonly #dtls: ReturnType<typeof createLoadContext>
  readonly #client: MediaClient
  readonly #port: DatagramPort
  readonly #sender: RtpSender
  readonly #ticking: ReturnType<typeof setInterval>

  private constructor(
    parts: { dtls: ReturnType<typeof createLoadContext>; client: MediaClient; port: DatagramPort },
    pictures: readonly EncodedPicture[],
    { ended, ticking }: { ended: Promise<void>; ticking: ReturnType<typeof setInterval> },
  ) {
    this.#dtls = parts.dtls
    this.#client = parts.client
    this.#port = parts.port
    this.ended = ended
    this.#ticking = ticking
    this.#sender = new RtpSender(parts.client, pictures)
  }

  /** Sends these pictures, with silence, from now on. */
  static async open(
    server: SpawnedServer,
    { url, token }: { url: string; token?: string | undefined },
    pictures: readonly EncodedPicture[],
  ): Promise<RtpPublisher> {
    const dtls = createLoadContext({ clock: systemClock })
    const [connected, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const client = new MediaClient({
      dtls,
      media: { direction: 'sendonly', codec: 'VP8', ...RtpSender.ssrcs },
      onConnected: connected.resolve,
      onEnded(reason) {
        connected.reject(new Error(`publishing ended: ${reason}`))
        ended.resolve()
      },
    })
    const port = await bunDatagrams.bind({
      ip: LOOPBACK,
      port: 0,
      onDatagram: (payload, from) => client.receive(payload, from),
    })
    client.setPort(port)
    const ticking = setInterval(() => client.tick(), TICK_MS)
    const answer = await fetch(new URL(url, server.origin('http')), {
      method: 'POST',
      headers: {
        'content-type': 'application/sdp',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: client.description('actpass'),
    })
    if (answer.status !== 201) {
      clearInterval(ticking)
      for (const part of [client, port, dtls]) part.close()
      throw new Error(`publishing is answered with ${answer.status}`)
    }
    client.accept(await answer.text())
    await connected.promise
    return new RtpPublisher({ dtls, client, port }, pictures, { ended: ended.promise, ticking })
  }

  close(): void {
    this.#sender.close()
    clearInterval(this.#ticking)
    this.#client.close()
    this.#port.close()
    this.#dtls.close()
  }
}
