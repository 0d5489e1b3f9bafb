import { showStream } from './video.ts'

/** An offer or an answer, as it goes over the wire. */
interface Description<Type> {
  type: Type
  sdp: string
}

export interface PeerOptions {
  config: RTCConfiguration
  /** What is sent. */
  stream: MediaStream
  /** Shows what arrives. */
  video: HTMLVideoElement
  /** Called with each candidate as it is found. */
  onCandidate: (candidate: RTCIceCandidate) => void
  onConnected: () => void
}

/** A peer connection that sends a stream, and shows what it receives while it is connected. */
export function openPeer(options: PeerOptions): RTCPeerConnection {
  const { config, stream, video, onCandidate, onConnected } = options
  const peer = new RTCPeerConnection(config)
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate) onCandidate(candidate)
  })
  peer.addEventListener('track', ({ streams: [remote] }) => {
    video.srcObject = remote ?? null
  })
  peer.addEventListener('connectionstatechange', () => {
    video.hidden = peer.connectionState !== 'connected'
    if (peer.connectionState === 'connected') onConnected()
  })
  for (const track of stream.getTracks()) peer.addTrack(track, stream)
  return peer
}

/** Closes a peer connection and takes its picture away. */
export function closePeer(peer: RTCPeerConnection | undefined, video: HTMLVideoElement): void {
  peer?.close()
  showStream(video, undefined)
}

/** Makes an offer; `isRestart`: one that looks for a path anew. */
export async function makeOffer(
  peer: RTCPeerConnection,
  isRestart = false,
): Promise<Description<'offer'>> {
  const offer = await peer.createOffer({ iceRestart: isRestart })
  await peer.setLocalDescription(offer)
  return { type: 'offer', sdp: offer.sdp ?? '' }
}

/** Takes an offer and makes the answer to it. */
export async function makeAnswer(
  peer: RTCPeerConnection,
  offer: RTCSessionDescriptionInit,
): Promise<Description<'answer'>> {
  await peer.setRemoteDescription(offer)
  const answer = await peer.createAnswer()
  await peer.setLocalDescription(answer)
  return { type: 'answer', sdp: answer.sdp ?? '' }
}
