/** What a page measures of a call by itself; times are milliseconds since the epoch. */
export interface RingMeasurements {
  /** The first of each mark that was set since the round began, by its name. */
  marks: Record<string, number>
  /** When each frame of the remote picture was shown. */
  frames: number[]
  /** When sound was measured first. */
  soundAt: number | undefined
  /** When camera and microphone were open. */
  openedAt: number | undefined
}

interface RoundOptions {
  sound: boolean
  intervalMs: number
  silentEnergy: number
}

declare global {
  interface Window {
    duetRing?: Omit<RingMeasurements, 'marks'> & { isOver: boolean }
  }
}

/** Less is no sound: a tone has a hundred times as much after 10 ms. */
const SILENT_ENERGY = 1e-5
/** How often the energy of what is heard is read. */
const SOUND_INTERVAL_MS = 10

/**
 * Begins a round in the page: notes each remote frame; with `sound`, instead, when the energy of
 * what is heard begins to grow. Self-contained, because it is sent as text.
 */
export function beginRound(options: RoundOptions): void {
  const { sound, intervalMs, silentEnergy } = options
  if (window.duetRing) window.duetRing.isOver = true
  performance.clearMarks()
  const round: NonNullable<typeof window.duetRing> = {
    frames: [],
    soundAt: undefined,
    openedAt: undefined,
    isOver: false,
  }
  window.duetRing = round

  const { mediaDevices } = navigator
  // The round before has put its own in the place of the browser's.
  Reflect.deleteProperty(mediaDevices, 'getUserMedia')
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    round.openedAt ??= performance.timeOrigin + performance.now()
    return stream
  }

  const watchFrames = () => {
    if (round.isOver) return
    const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]')
    if (!video) return void requestAnimationFrame(watchFrames)
    const onFrame = (now: number) => {
      if (round.isOver) return
      round.frames.push(performance.timeOrigin + now)
      // The page may have put another one in its place.
      if (video.isConnected) video.requestVideoFrameCallback(onFrame)
      else watchFrames()
    }
    video.requestVideoFrameCallback(onFrame)
  }

  const listen = async () => {
    while (!round.isOver && round.soundAt === undefined) {
      for (const peer of window.duetTestPeers ?? []) {
        if (peer.connectionState === 'closed') continue
        for (const entry of (await peer.getStats()).values()) {
          if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') continue
          if ((entry.totalAudioEnergy ?? 0) > silentEnergy) {
            round.soundAt ??= performance.timeOrigin + performance.now()
          }
        }
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs))
    }
  }

  if (sound) void listen()
  else watchFrames()
}

/** What `beginRound` takes: nothing in it can see this file. */
export function roundOptions(sound: boolean): RoundOptions {
  return { sound, intervalMs: SOUND_INTERVAL_MS, silentEnergy: SILENT_ENERGY }
}

/** What was measured since the round began. Self-contained. */
export function readRound(): RingMeasurements {
  const marks: Record<string, number> = {}
  for (const { name, startTime } of performance.getEntriesByType('mark')) {
    marks[name] ??= performance.timeOrigin + startTime
  }
  return {
    marks,
    frames: window.duetRing?.frames ?? [],
    soundAt: window.duetRing?.soundAt,
    openedAt: window.duetRing?.openedAt,
  }
}

/** How many connections of the page are up. Self-contained. */
export function countConnected(): number {
  const peers = window.duetTestPeers ?? []
  return peers.filter((peer) => peer.connectionState === 'connected').length
}
