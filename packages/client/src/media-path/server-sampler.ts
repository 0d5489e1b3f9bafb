import type { PathReport } from '../path-report.ts'
import { PathSampler } from '../path-sampler.ts'

/** Figures of what is sent to the media server and of what comes from it, as those of one path. */
export class ServerSampler {
  readonly #samplers = new WeakMap<RTCPeerConnection, PathSampler>()

  /** Of the connections that there are; null without any. */
  async sample(
    sending: RTCPeerConnection | undefined,
    receiving: RTCPeerConnection | undefined,
  ): Promise<PathReport | null> {
    const [sent, received] = await Promise.all([this.#read(sending), this.#read(receiving)])
    const report = received ?? sent
    return report && { ...report, mode: 'server', send: (sent ?? report).send }
  }

  async #read(connection: RTCPeerConnection | undefined): Promise<PathReport | null> {
    if (!connection) return null
    const sampler = this.#samplers.get(connection) ?? new PathSampler(connection)
    this.#samplers.set(connection, sampler)
    return sampler.sample()
  }
}
