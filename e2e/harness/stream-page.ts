/** A stream by WHIP or WHEP, as a page begins it. */
export interface StreamRequest {
  /** Of WHIP when it publishes, of WHEP when it plays. */
  address: string
  token: string
  /** Publishes with this video codec alone, as `VP8`; absent: the browser's first choice. */
  codec?: string
}

/** What video a page sends or receives at the moment. */
export interface VideoFlow {
  /** As `video/VP8`; empty until there is one. */
  mimeType: string
  width: number
  height: number
  /** Encoded by whoever sends, decoded by whoever receives. */
  frames: number
  /** What the encoder aims at, in bits per second; 0 at the receiver. */
  targetBitrate: number
}

declare global {
  interface Window {
    duetTestStream?: { peer: RTCPeerConnection; session: string; token: string; etag: string }
  }
}

/**
 * Publishes camera and microphone. Like everything here it is self-contained, because it is sent
 * to the page as text, and written as docs/media.md says it to people.
 */
export async function publishInPage({ address, token, codec }: StreamRequest): Promise<void> {
  window.duetTestStream?.peer.close()
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const peer = new RTCPeerConnection()
  for (const track of media.getTracks()) {
    // A picture with detail keeps its size when there is little room for it.
    if (track.kind === 'video') track.contentHint = 'detail'
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [media] })
    if (track.kind === 'audio' || codec === undefined) continue
    const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {}
    const own = codecs.filter(({ mimeType }) => mimeType === `video/${codec}`)
    const rtx = codecs.filter(({ mimeType }) => mimeType === 'video/rtx')
    transceiver.setCodecPreferences([...own, ...rtx])
  }
  await peer.setLocalDescription()
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` },
    body: peer.localDescription?.sdp ?? '',
  })
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`)
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  const session = new URL(answer.headers.get('location') ?? '', address).href
  window.duetTestStream = { peer, session, token, etag: answer.headers.get('etag') ?? '' }
}

/** Plays into the page's remote video. */
export async function playInPage({ address, token }: StreamRequest): Promise<void> {
  const peer = new RTCPeerConnection()
  const media = new MediaStream()
  for (const kind of ['audio', 'video']) {
    const { receiver } = peer.addTransceiver(kind, { direction: 'recvonly' })
    media.addTrack(receiver.track)
  }
  const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]')
  if (video) {
    video.srcObject = media
    video.hidden = false
  }
  await peer.setLocalDescription()
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` },
    body: peer.localDescription?.sdp ?? '',
  })
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`)
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  const session = new URL(answer.headers.get('location') ?? '', address).href
  window.duetTestStream = { peer, session, token, etag: answer.headers.get('etag') ?? '' }
}

/** Restarts ICE as RFC 9725 §4.3.3 says; resolves with the page's new username fragment. */
export async function restartIceInPage(): Promise<string> {
  const stream = window.duetTestStream
  if (!stream) throw new Error('there is no stream')
  const { peer, session, token } = stream
  const lineOf = (sdp: string, name: string): string =>
    new RegExp(`^a=${name}:\\S+`, 'm').exec(sdp)?.[0] ?? ''
  const before = peer.remoteDescription?.sdp ?? ''
  await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }))
  const offer = peer.localDescription?.sdp ?? ''
  const lines = [
    lineOf(offer, 'ice-ufrag'),
    lineOf(offer, 'ice-pwd'),
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    lineOf(offer, 'mid'),
  ]
  const response = await fetch(session, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/trickle-ice-sdpfrag',
      'if-match': '*',
      authorization: `Bearer ${token}`,
    },
    body: lines.map((line) => `${line}\r\n`).join(''),
  })
  const fragment = await response.text()
  if (response.status !== 200) throw new Error(`${response.status}: ${fragment}`)
  stream.etag = response.headers.get('etag') ?? ''
  const sdp = ['ice-ufrag', 'ice-pwd'].reduce(
    (text, name) => text.replaceAll(new RegExp(`^a=${name}:\\S+`, 'gm'), lineOf(fragment, name)),
    before,
  )
  await peer.setRemoteDescription({ type: 'answer', sdp })
  return lineOf(offer, 'ice-ufrag').replace('a=ice-ufrag:', '')
}

/** Ends the session with DELETE; resolves with the status. */
export async function endInPage(): Promise<number> {
  const { session = '', token } = window.duetTestStream ?? {}
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(session, { method: 'DELETE', headers })).status
}

/** The video that goes through the page's stream. */
export async function readVideoFlow(): Promise<VideoFlow> {
  const flow = { mimeType: '', width: 0, height: 0, frames: 0, targetBitrate: 0 }
  const stats = await window.duetTestStream?.peer.getStats()
  stats?.forEach((entry) => {
    const isFlow = entry.type === 'inbound-rtp' || entry.type === 'outbound-rtp'
    if (!isFlow || entry.kind !== 'video') return
    flow.mimeType = stats.get(entry.codecId)?.mimeType ?? ''
    flow.width = entry.frameWidth ?? 0
    flow.height = entry.frameHeight ?? 0
    flow.frames = entry.framesDecoded ?? entry.framesEncoded ?? 0
    flow.targetBitrate = entry.targetBitrate ?? 0
  })
  return flow
}

/** The username fragment of the page on the path in use. */
export async function readUsernameFragment(): Promise<string> {
  const stats = await window.duetTestStream?.peer.getStats()
  let fragment = ''
  stats?.forEach((entry) => {
    if (entry.type !== 'transport') return
    const pair = stats.get(entry.selectedCandidatePairId)
    fragment = stats.get(pair?.localCandidateId)?.usernameFragment ?? ''
  })
  return fragment
}

/** What is received, as `video live` and the track's id. */
export function readTracks(): string[] {
  const receivers = window.duetTestStream?.peer.getReceivers() ?? []
  return receivers.map(({ track }) => `${track.kind} ${track.readyState} ${track.id}`)
}

/** How the connection calls itself, and the DTLS transport below it. */
export function readConnection(): string[] {
  const { peer } = window.duetTestStream ?? {}
  const [transceiver] = peer?.getTransceivers() ?? []
  const transport = transceiver?.sender.transport ?? transceiver?.receiver.transport
  return [peer?.connectionState ?? '', transport?.state ?? '']
}
