/** Gives an offer to the server and brings its answer. */
export type Exchange = (offer: string) => Promise<string>

export interface ConnectionOptions {
  exchange: Exchange
  /** It is connected, for the first time. */
  onConnected?: () => void
  /** It was connected and is not any more, or never will be. */
  onLost: () => void
}

/** A connection to the media server. */
export interface MediaConnection {
  /** Idempotent. */
  close(): void
}

/** A connection that can receive, and what it offers: made before it is known what is played. */
export interface Receiver {
  peer: RTCPeerConnection
  offer: Promise<RTCSessionDescriptionInit>
}

/** Sends a stream to the server. Rejects when it is refused. */
export function sendStream(
  stream: MediaStream,
  options: ConnectionOptions,
): Promise<MediaConnection> {
  const peer = new RTCPeerConnection()
  for (const kind of ['audio', 'video'] as const) {
    const track = stream.getTracks().find((each) => each.kind === kind)
    if (track) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
  }
  return connect({ peer, offer: peer.createOffer() }, options)
}

export function prepareReceiver(): Receiver {
  const peer = new RTCPeerConnection()
  for (const kind of ['audio', 'video'] as const) {
    peer.addTransceiver(kind, { direction: 'recvonly' })
  }
  const offer = peer.createOffer()
  // Closed before it was of use.
  offer.catch(() => undefined)
  return { peer, offer }
}

/** Receives a stream from the server; `onStream` is called with each track. Rejects when it is refused. */
export function receiveStream(
  onStream: (stream: MediaStream) => void,
  options: ConnectionOptions,
  receiver: Receiver = prepareReceiver(),
): Promise<MediaConnection> {
  const stream = new MediaStream()
  receiver.peer.addEventListener('track', ({ track }) => {
    stream.addTrack(track)
    onStream(stream)
  })
  return connect(receiver, options)
}

/** The server's candidates are in its answer, and it finds ours by itself: nothing is waited for. */
async function connect(
  { peer, offer }: Receiver,
  { exchange, onConnected, onLost }: ConnectionOptions,
): Promise<MediaConnection> {
  let hasConnected = false
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed') onLost()
    if (peer.connectionState !== 'connected' || hasConnected) return
    hasConnected = true
    onConnected?.()
  })
  try {
    const { sdp = '' } = await offer
    const [answer] = await Promise.all([
      exchange(sdp),
      peer.setLocalDescription({ type: 'offer', sdp }),
    ])
    await peer.setRemoteDescription({ type: 'answer', sdp: answer })
  } catch (error) {
    peer.close()
    throw error
  }
  watchEnd(peer, onLost)
  return { close: () => peer.close() }
}

/** A session that the server ends closes DTLS: the connection calls itself connected all the same. */
function watchEnd(peer: RTCPeerConnection, onEnded: () => void): void {
  const [transceiver] = peer.getTransceivers()
  const transport = transceiver?.sender.transport ?? transceiver?.receiver.transport
  transport?.addEventListener('statechange', () => {
    if (transport.state === 'closed') onEnded()
  })
}
