import type { Logger } from '@duet/base'
import { HttpResource, type HttpResourceOptions } from './http-resource.ts'
import { MediaError } from './media-error.ts'
import { isIceLite, restartedAnswer, writeFragment } from './sdp-fragment.ts'

export interface MediaConnectionOptions extends HttpResourceOptions {
  configuration: RTCConfiguration
  logger: Logger
  /** Makes the places of the offer. */
  prepare: (connection: RTCPeerConnection) => void
  onState: (state: RTCPeerConnectionState) => void
}

/**
 * One peer connection to a media server, made by one POST. The offer goes out before candidates are
 * looked for: a server that makes no checks learns the address from ours (RFC 8445 §7.3.1.3), and others
 * are told by PATCH.
 */
export class MediaConnection {
  readonly connection: RTCPeerConnection
  readonly #options: MediaConnectionOptions
  readonly #resource: HttpResource
  #answer = ''
  /** Candidates that the server was not told yet. */
  #untold: string[] = []
  #hasAll = false
  #isTelling = false
  #isClosed = false

  constructor(options: MediaConnectionOptions) {
    this.#options = options
    this.#resource = new HttpResource(options)
    // RFC 9725 §4.4.1: one transport for everything.
    this.connection = new RTCPeerConnection({
      ...options.configuration,
      bundlePolicy: 'max-bundle',
    })
    const { connection } = this
    connection.onicecandidate = ({ candidate }) => this.#onCandidate(candidate)
    connection.onconnectionstatechange = () => options.onState(connection.connectionState)
  }

  /** Rejects with a `MediaError`. Resolves when the answer is applied, or after `close()`. */
  async open(): Promise<void> {
    const { connection } = this
    this.#options.prepare(connection)
    const offer = await connection.createOffer()
    if (this.#isClosed) return
    const { sdp, iceServers } = await this.#resource.create(offer.sdp ?? '')
    if (this.#isClosed) return
    try {
      // Looking for candidates begins with the next line: these are known by then.
      if (iceServers.length > 0) {
        connection.setConfiguration({ ...connection.getConfiguration(), iceServers })
      }
      await connection.setLocalDescription(offer)
      await connection.setRemoteDescription({ type: 'answer', sdp })
    } catch (cause) {
      if (this.#isClosed) return
      throw new MediaError('bad-answer', { cause })
    }
    this.#answer = sdp
    this.#watchEnd()
    void this.#tell()
  }

  /** Looks for a new path in the same session; false when the server does not help, or is not there. */
  async restart(): Promise<boolean> {
    if (this.#answer === '' || !this.#resource.isPatchable) return false
    const { connection } = this
    // What is found belongs to the ICE session that the server does not know yet.
    this.#isTelling = true
    try {
      connection.restartIce()
      await connection.setLocalDescription()
      const fragment = writeFragment(connection.localDescription?.sdp ?? '', [], false)
      const answered = fragment && (await this.#resource.restart(fragment))
      const sdp = answered && restartedAnswer(this.#answer, answered)
      if (this.#isClosed) return false
      if (!sdp) {
        await connection.setLocalDescription({ type: 'rollback' })
        return false
      }
      await connection.setRemoteDescription({ type: 'answer', sdp })
      this.#answer = sdp
    } catch (error) {
      this.#options.logger.debug('ICE was not restarted', { error: String(error) })
      return false
    } finally {
      this.#isTelling = false
    }
    void this.#tell()
    return true
  }

  /** Ends the session on the server too. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { connection } = this
    connection.onicecandidate = null
    connection.onconnectionstatechange = null
    connection.ontrack = null
    connection.close()
    this.#resource.delete()
  }

  /** A server that ends a session closes DTLS; the connection calls itself connected all the same. */
  #watchEnd(): void {
    const [transceiver] = this.connection.getTransceivers()
    const transport = transceiver?.sender.transport ?? transceiver?.receiver.transport
    if (!transport) return
    transport.onstatechange = () => {
      if (transport.state === 'closed' && !this.#isClosed) this.#options.onState('failed')
    }
  }

  #onCandidate(candidate: RTCIceCandidate | null): void {
    if (candidate?.candidate) this.#untold.push(candidate.candidate)
    else if (!candidate) this.#hasAll = true
    void this.#tell()
  }

  /** One PATCH at a time, each with all that was found meanwhile. */
  async #tell(): Promise<void> {
    if (this.#isTelling || this.#answer === '' || isIceLite(this.#answer)) return
    this.#isTelling = true
    try {
      while (!this.#isClosed && (this.#untold.length > 0 || this.#hasAll)) {
        const isLast = this.#hasAll
        const candidates = this.#untold.splice(0)
        this.#hasAll = false
        const offer = this.connection.localDescription?.sdp ?? ''
        const fragment = writeFragment(offer, candidates, isLast)
        if (fragment) await this.#resource.trickle(fragment)
      }
    } catch (error) {
      this.#options.logger.debug('candidates were not told', { error: String(error) })
    } finally {
      this.#isTelling = false
    }
  }
}
