import type {
  DevicePorts,
  Gathering,
  NetworkPorts,
  OpenedDevice,
  SeenPicture,
} from '../state/check/ports.ts'
import { readCandidate } from '../state/check/seen-candidate.ts'

export const FACTS = {
  version: '1.2.3',
  now: 1_700_000_000_000,
  address: '203.0.113.7',
  mediaPort: 8000,
  mayTryMedia: true,
}

export const ICE_SERVERS: readonly RTCIceServer[] = [
  { urls: ['stun:duet.example:3478'] },
  {
    urls: [
      'turn:duet.example:3478?transport=udp',
      'turn:duet.example:3478?transport=tcp',
      'turns:duet.example:5349?transport=tcp',
    ],
    username: '1700003600:me',
    credential: 'a secret',
  },
]

/** A gathering that brought these candidates, as `srflx 203.0.113.7 5000`, and lost these servers. */
export function gathering(
  candidates: readonly string[],
  errors: readonly string[] = [],
): Gathering {
  return {
    candidates: candidates.flatMap((text) => {
      const [type, address, port, network = '1'] = text.split(' ')
      const line = `candidate:1 1 udp 1 ${address} ${port} typ ${type} network-id ${network}`
      const read = readCandidate(line)
      return read ? [read] : []
    }),
    errors: errors.map((url) => ({ url, code: 701 })),
    isComplete: true,
  }
}

/** A network in which all is well, but for what a test says. */
export class FakeNetwork implements NetworkPorts {
  abilities: NetworkPorts['abilities'] = () => {
    return { isSecure: true, hasWebRtc: true, canShareScreen: true, codecs: ['VP8', 'opus'] }
  }
  now: NetworkPorts['now'] = () => FACTS.now
  askServer: NetworkPorts['askServer'] = () => Promise.resolve(FACTS)
  askSocket: NetworkPorts['askSocket'] = () => Promise.resolve(this.welcome(ICE_SERVERS))
  /** What a socket says that is open until all was tried. */
  welcome(iceServers: readonly RTCIceServer[]) {
    this.open += 1
    const close = (): void => {
      this.open -= 1
    }
    return { outcome: 'ok', iceServers, ms: 12, close } as const
  }

  /** What each gathering brings. */
  gathered: (urls: readonly string[]) => Gathering = () =>
    gathering(['host 192.168.1.2 5000', 'srflx 203.0.113.7 5000'])
  tryRelay: NetworkPorts['tryRelay'] = () => Promise.resolve({ outcome: 'ok', ms: 7 })
  tryMedia: NetworkPorts['tryMedia'] = () => Promise.resolve({ outcome: 'ok', ms: 300 })
  askProbe: NetworkPorts['askProbe'] = () =>
    Promise.resolve({ outcome: 'probed', sources: 2, answered: 0 })
  /** Gatherings and sockets that are open. */
  open = 0

  gather(urls: readonly string[]): Promise<Gathering> {
    return Promise.resolve(this.gathered(urls))
  }

  gatherOpen(urls: readonly string[]) {
    this.open += 1
    const close = () => {
      this.open -= 1
    }
    const agent = { ufrag: 'abcd', pwd: 'a-password', close }
    return Promise.resolve({ ...this.gathered(urls), ...agent })
  }
}

/** A track that knows whether it was stopped. */
export interface FakeTrack {
  label: string
  isStopped: boolean
  stop(): void
}

/** Devices that all work, but for what a test says. */
export class FakeDevices implements DevicePorts {
  readonly tracks: FakeTrack[] = []
  opens: (kind: 'camera' | 'microphone') => OpenedDevice = (kind) => {
    const track: FakeTrack = {
      label: `a ${kind}`,
      isStopped: false,
      stop() {
        this.isStopped = true
      },
    }
    this.tracks.push(track)
    return { track: track as unknown as MediaStreamTrack }
  }
  picture: SeenPicture | undefined = { width: 640, height: 480, isDark: false }
  /** Hears so much, when a test says so. */
  onLevel: ((level: number) => void) | undefined

  open(kind: 'camera' | 'microphone'): Promise<OpenedDevice> {
    return Promise.resolve(this.opens(kind))
  }

  lookAt(): Promise<SeenPicture | undefined> {
    return Promise.resolve(this.picture)
  }

  watchLevel(_track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
    this.onLevel = onLevel
    return () => {
      this.onLevel = undefined
    }
  }

  playTone(): Promise<void> {
    return Promise.resolve()
  }
}
