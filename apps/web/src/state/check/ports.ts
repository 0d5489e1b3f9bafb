import type { SeenCandidate } from './seen-candidate.ts'

/** What `GET /api/check` answers. */
export interface ServerFacts {
  version: string
  /** The server's clock, milliseconds since the epoch. */
  now: number
  /** This browser's IP address as the server sees it. */
  address: string
  /** UDP; also answers STUN. Null: there is no media server. */
  mediaPort: number | null
  mayTryMedia: boolean
}

/** What a gathering of candidates brought. */
export interface Gathering {
  candidates: readonly SeenCandidate[]
  /** As `icecandidateerror` told them. */
  errors: readonly { url: string; code: number }[]
  /** Every server answered, or was given up. */
  isComplete: boolean
}

/** A gathering whose ICE agent still listens. */
export interface OpenGathering extends Gathering {
  ufrag: string
  pwd: string
  close(): void
}

/**
 * no-relay: no relayed address was got; `code` is the server's refusal, or undefined where it did
 * not answer. no-packets: both ends have one, and nothing passes.
 */
export type RelayTrial =
  | { outcome: 'ok'; ms: number }
  | { outcome: 'no-relay'; code: number | undefined }
  | { outcome: 'no-packets' }

/**
 * What the server said, or why it did not. refused: the WebSocket did not open. The login of the
 * ICE servers is good until `close`.
 */
export type SocketTrial =
  | { outcome: 'ok'; iceServers: readonly RTCIceServer[]; ms: number; close: () => void }
  | { outcome: 'refused' | 'silent' }

/** refused: over HTTP; `code` is the status. */
export type MediaTrial =
  | { outcome: 'ok'; ms: number }
  | { outcome: 'refused'; code: number }
  | { outcome: 'no-path' | 'no-picture' }

/** As `POST /api/check/network` answers; undefined: it did not. */
export interface ProbeAnswer {
  outcome: string
  sources?: number
  answered?: number
}

/** What this browser can do at all. */
export interface Abilities {
  isSecure: boolean
  hasWebRtc: boolean
  canShareScreen: boolean
  /** `VP8`, `H264`, `opus` and so on, each once. */
  codecs: readonly string[]
}

/** The network and the server, as the checks need them; every one ends within a bounded time. */
export interface NetworkPorts {
  abilities(): Abilities
  /** Milliseconds since the epoch. */
  now(): number
  /** Undefined: the server did not answer so. */
  askServer(): Promise<ServerFacts | undefined>
  askSocket(): Promise<SocketTrial>
  /** Gathers until `isEnough` or nothing more comes. */
  gather(urls: readonly string[], isEnough: (so: Gathering) => boolean): Promise<Gathering>
  gatherOpen(urls: readonly string[], isEnough: (so: Gathering) => boolean): Promise<OpenGathering>
  tryRelay(server: RTCIceServer): Promise<RelayTrial>
  tryMedia(): Promise<MediaTrial>
  askProbe(client: {
    ip: string
    port: number
    ufrag: string
    pwd: string
  }): Promise<ProbeAnswer | undefined>
}

export type DeviceFault = 'denied' | 'missing' | 'busy'

/** A camera or a microphone that is on. */
export type OpenedDevice = { track: MediaStreamTrack } | { fault: DeviceFault }

/** The picture of a camera: its size, and whether there is anything but black. */
export interface SeenPicture {
  width: number
  height: number
  isDark: boolean
}

/** Camera, microphone and speaker. */
export interface DevicePorts {
  open(kind: 'camera' | 'microphone'): Promise<OpenedDevice>
  /** Undefined: no picture came. */
  lookAt(track: MediaStreamTrack): Promise<SeenPicture | undefined>
  /** Calls back about every frame with a level from 0 to 1, never where none can be measured; returns what stops it. */
  watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void
  /** Plays a tone; resolves when it is over. */
  playTone(): Promise<void>
}
