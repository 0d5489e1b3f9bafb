import type { Call } from '@duet/client'

/** What the pages need of a call, so that a fake can take its place; the rest is of casts. */
export type CallPort = Omit<Pick<Call, keyof Call>, 'dismiss' | 'isPeerDuet'>

/** Remembers small texts between visits; forgets silently where the browser allows no storage. */
export interface Memory {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

export type CaptureKind = 'audio' | 'video'

/** A device as `enumerateDevices` tells it; the label is empty before permission. */
export interface DeviceInfo {
  kind: MediaDeviceKind
  deviceId: string
  label: string
}

/** What the pages need of `navigator.mediaDevices`. */
export interface MediaPort {
  /** Rejects with a DOMException as `getUserMedia` does. */
  capture(constraints: MediaStreamConstraints): Promise<MediaStreamTrack[]>
  /** Rejects as `getDisplayMedia` does; undefined where there is none. */
  captureScreen: (() => Promise<MediaStreamTrack[]>) | undefined
  /** Mixes sounds into one track; `close` ends the mix, not its sources. */
  mix(tracks: MediaStreamTrack[]): { track: MediaStreamTrack; close(): void }
  devices(): Promise<DeviceInfo[]>
  /** What was decided about a device before; `unknown` where the browser doesn't say. */
  permission(kind: CaptureKind): Promise<PermissionState | 'unknown'>
  onDeviceChange(listener: () => void): () => void
}

/** Wakes up somebody whose attention is elsewhere. */
export interface AttentionPort {
  /** True when the page can't be seen or another window is in front. */
  isAway(): boolean
  onReturn(listener: () => void): () => void
  chime(): void
  /** False where there are no notifications or they are refused. */
  askToNotify(): Promise<boolean>
  notify(title: string, body: string): void
}
