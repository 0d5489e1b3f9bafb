/** What a page's devices and peer connections are forced to do before the page makes them. */
export interface ProbeRules {
  /** Only relayed paths, over this transport between browser and relay. */
  relayOver?: 'udp' | 'tcp' | 'tls'
  /** The camera is an old one: pictures that are large or many are what most of a test's time goes to. */
  hasSmallCamera?: boolean
  /**
   * Camera and microphone clap: they are bright, and sound, so many milliseconds after each second, for 200 ms. Needs
   * Chromium with `--autoplay-policy=no-user-gesture-required`.
   */
  clapsAtMs?: number
  /** Instead of a screen a drawing is shown, for which no question is asked and no window needed. */
  hasDrawnScreen?: boolean
}

declare global {
  interface Window {
    /** Every peer connection that the page made. */
    duetTestPeers?: RTCPeerConnection[]
    /** What pictures that are published from now on are coded with, such as `video/VP9`. */
    duetTestCodec?: string
  }
}

/**
 * Runs in the page before its own scripts: keeps hold of its peer connections and bends their
 * configuration as `rules` say. Self-contained, because it is sent as text.
 */
export function installProbe(rules: ProbeRules): void {
  const peers: RTCPeerConnection[] = []
  window.duetTestPeers = peers
  const Native = window.RTCPeerConnection

  const isWanted = (url: string): boolean => {
    if (rules.relayOver === 'tls') return url.startsWith('turns:')
    return url.startsWith('turn:') && url.includes(`transport=${rules.relayOver}`)
  }
  const bend = (config: RTCConfiguration | undefined): RTCConfiguration | undefined => {
    if (!rules.relayOver) return config
    const servers = (config?.iceServers ?? []).map((server) => ({
      ...server,
      urls: [server.urls].flat().filter(isWanted),
    }))
    return {
      ...config,
      iceTransportPolicy: 'relay',
      iceServers: servers.filter(({ urls }) => urls.length > 0),
    }
  }

  if (rules.hasSmallCamera && 'mediaDevices' in navigator) {
    const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = ({ video, ...rest } = {}) => {
      if (!video) return capture({ video: false, ...rest })
      const wishes = video === true ? {} : video
      const limits = { width: { max: 320 }, height: { max: 240 }, frameRate: { max: 10 } }
      return capture({ ...rest, video: { ...wishes, ...limits } })
    }
  }

  const { clapsAtMs } = rules
  if (clapsAtMs !== undefined && 'mediaDevices' in navigator) {
    const clap = (): MediaStream => {
      const canvas = document.createElement('canvas')
      canvas.width = 320
      canvas.height = 240
      const picture = canvas.getContext('2d', { alpha: false })
      const sound = new AudioContext({ latencyHint: 0, sampleRate: 48_000 })
      const [tone, gain] = [sound.createOscillator(), sound.createGain()]
      const microphone = sound.createMediaStreamDestination()
      gain.gain.value = 0
      tone.connect(gain).connect(microphone)
      tone.start()
      let isLoud = false
      let count = 0
      setInterval(() => {
        if (!picture) return
        const isBright = (Date.now() - clapsAtMs + 1000) % 1000 < 200
        if (isBright !== isLoud) gain.gain.setValueAtTime(isBright ? 0.8 : 0, sound.currentTime)
        isLoud = isBright
        picture.fillStyle = isBright ? '#fff' : '#000'
        picture.fillRect(0, 0, canvas.width, canvas.height)
        // It is seen to move, off its middle.
        picture.fillStyle = `hsl(${(count * 40) % 360} 100% 50%)`
        picture.fillRect((count++ * 8) % canvas.width, 0, 40, 30)
      }, 33)
      return new MediaStream([
        ...canvas.captureStream(30).getVideoTracks(),
        ...microphone.stream.getAudioTracks(),
      ])
    }
    navigator.mediaDevices.getUserMedia = ({ audio, video } = {}) => {
      const stream = clap()
      if (!audio) for (const track of stream.getAudioTracks()) stream.removeTrack(track)
      if (!video) for (const track of stream.getVideoTracks()) stream.removeTrack(track)
      return Promise.resolve(stream)
    }
  }

  if (rules.hasDrawnScreen && 'mediaDevices' in navigator) {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 240
    const context = canvas.getContext('2d')
    let hue = 0
    const draw = () => {
      if (!context) return
      hue = (hue + 7) % 360
      context.fillStyle = `hsl(${hue} 100% 50%)`
      context.fillRect(0, 0, canvas.width, canvas.height)
    }
    navigator.mediaDevices.getDisplayMedia = () => {
      setInterval(draw, 70)
      return Promise.resolve(canvas.captureStream())
    }
  }

  window.RTCPeerConnection = class extends Native {
    constructor(config?: RTCConfiguration) {
      super(bend(config))
      peers.push(this)
    }

    override createOffer(...args: []): Promise<RTCSessionDescriptionInit> & Promise<void> {
      const rank = ({ mimeType }: RTCRtpCodec) => Number(mimeType !== window.duetTestCodec)
      const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? []
      for (const transceiver of window.duetTestCodec ? this.getTransceivers() : []) {
        const isPublished = transceiver.direction === 'sendonly'
        if (!isPublished || transceiver.sender.track?.kind !== 'video') continue
        transceiver.setCodecPreferences(codecs.toSorted((a, b) => rank(a) - rank(b)))
      }
      return super.createOffer(...args) as Promise<RTCSessionDescriptionInit> & Promise<void>
    }

    override setConfiguration(config?: RTCConfiguration): void {
      super.setConfiguration(bend(config))
    }
  }
}

/** Energy of everything heard so far, over all peer connections of the page. */
export async function readHeardEnergy(): Promise<number> {
  let energy = 0
  for (const peer of window.duetTestPeers ?? []) {
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') {
        energy += entry.totalAudioEnergy ?? 0
      }
    }
  }
  return energy
}

/** Bytes of media received so far, over all peer connections of the page. */
export async function readReceivedBytes(): Promise<number> {
  let bytes = 0
  for (const peer of window.duetTestPeers ?? []) {
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type === 'inbound-rtp') bytes += entry.bytesReceived ?? 0
    }
  }
  return bytes
}

/** The path in use, as `relay/tls`: the local candidate's type and the way to the relay. */
export async function readPath(): Promise<string> {
  for (const peer of window.duetTestPeers ?? []) {
    if (peer.connectionState !== 'connected') continue
    const stats = await peer.getStats()
    for (const entry of stats.values()) {
      if (entry.type !== 'transport' || !entry.selectedCandidatePairId) continue
      const pair = stats.get(entry.selectedCandidatePairId)
      const local = stats.get(pair.localCandidateId)
      return [local.candidateType, local.relayProtocol].filter(Boolean).join('/')
    }
  }
  return 'none'
}

/**
 * Watches the video `testId` until ten of its frames differed from the one before, or
 * `timeoutMs` passed; resolves with how many did.
 */
export async function countChangingFrames(input: {
  testId: string
  timeoutMs: number
}): Promise<number> {
  const deadline = performance.now() + input.timeoutMs
  const canvas = document.createElement('canvas')
  canvas.width = 64
  canvas.height = 48
  const context = canvas.getContext('2d', { willReadFrequently: true })
  let changed = 0
  let last: number | undefined
  while (changed < 10 && performance.now() < deadline) {
    const video = document.querySelector<HTMLVideoElement>(`[data-testid="${input.testId}"]`)
    const hasFrame = await new Promise<boolean>((resolve) => {
      video?.requestVideoFrameCallback(() => resolve(true))
      setTimeout(() => resolve(false), 500)
    })
    if (!hasFrame || !video || !context) continue
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    let hash = 2_166_136_261
    for (const byte of context.getImageData(0, 0, canvas.width, canvas.height).data) {
      hash = Math.imul(hash ^ byte, 16_777_619)
    }
    if (last !== undefined && hash !== last) changed += 1
    last = hash
  }
  return changed
}
