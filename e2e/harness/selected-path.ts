import type { Person } from './person.ts'

/** The path that a page's call takes, as this side sees it. */
export interface SelectedPath {
  /** `host`, `srflx`, `prflx` or `relay`. */
  localType: string
  remoteType: string
  /** How this side reaches its own relay; `undefined` when it is not relayed on this side. */
  relayProtocol: string | undefined
  /** The local candidate, as `192.0.2.1:49160`. */
  localAddress: string
  /** Of the local description; another one after an ICE restart. */
  usernameFragment: string
}

/** The selected path of the person's call; `undefined` while there is none. */
export function selectedPath(person: Person): Promise<SelectedPath | undefined> {
  return person.window.evaluate(readSelectedPath, undefined)
}

async function readSelectedPath(): Promise<SelectedPath | undefined> {
  for (const peer of window.duetTestPeers ?? []) {
    if (peer.connectionState !== 'connected') continue
    const stats = await peer.getStats()
    for (const entry of stats.values()) {
      if (entry.type !== 'transport' || !entry.selectedCandidatePairId) continue
      const pair = stats.get(entry.selectedCandidatePairId)
      const local = stats.get(pair.localCandidateId)
      const remote = stats.get(pair.remoteCandidateId)
      return {
        localType: local.candidateType,
        remoteType: remote.candidateType,
        relayProtocol: local.candidateType === 'relay' ? local.relayProtocol : undefined,
        localAddress: `${local.address}:${local.port}`,
        usernameFragment: entry.iceLocalUsernameFragment,
      }
    }
  }
  return undefined
}
