import type { RelayTrial } from '../../state/check/ports.ts'

/** Nothing that takes longer would carry a call, in milliseconds. */
const TRIAL_MS = 12_000

/** The server did not answer, or refused the connection (W3C WebRTC, icecandidateerror). */
const NOT_REACHED = 701

/** Connects this page with itself over one relay only, and sends a packet there and back. */
export async function tryRelay(server: RTCIceServer): Promise<RelayTrial> {
  const configuration: RTCConfiguration = { iceServers: [server], iceTransportPolicy: 'relay' }
  const here = new RTCPeerConnection(configuration)
  const there = new RTCPeerConnection(configuration)
  let hasRelay = false
  let code: number | undefined
  connect(here, there)
  connect(there, here)
  for (const each of [here, there]) {
    each.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) hasRelay = true
    })
    each.addEventListener('icecandidateerror', ({ errorCode }) => {
      if (errorCode !== NOT_REACHED) code = errorCode
    })
  }
  there.addEventListener('datachannel', ({ channel }) => {
    channel.addEventListener('message', ({ data }) => channel.send(String(data)))
  })
  try {
    const isGathered = Promise.all([gathered(here), gathered(there)]).then(() => hasRelay)
    const took = roundTrip(here)
    await here.setLocalDescription()
    await there.setRemoteDescription(here.localDescription as RTCSessionDescription)
    await there.setLocalDescription()
    await here.setRemoteDescription(there.localDescription as RTCSessionDescription)
    // Without any relay nothing else is to be waited for.
    const isHopeless = isGathered.then((isRelayed) =>
      isRelayed ? new Promise<never>(() => {}) : undefined,
    )
    const ms = await Promise.race([took, isHopeless, later(TRIAL_MS)])
    if (ms !== undefined) return { outcome: 'ok', ms }
    return hasRelay ? { outcome: 'no-packets' } : { outcome: 'no-relay', code }
  } finally {
    here.close()
    there.close()
  }
}

/** Candidates go over at once. */
function connect(from: RTCPeerConnection, to: RTCPeerConnection): void {
  const waiting: RTCIceCandidate[] = []
  const add = (candidate: RTCIceCandidate) => void to.addIceCandidate(candidate).catch(() => {})
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate) return
    if (to.remoteDescription) add(candidate)
    else waiting.push(candidate)
  })
  to.addEventListener('signalingstatechange', () => {
    if (to.remoteDescription) for (const candidate of waiting.splice(0)) add(candidate)
  })
}

/** Resolves once no more candidates come. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve()
    })
  })
}

/** How long a packet takes there and back, in milliseconds, once there is a way. */
function roundTrip(connection: RTCPeerConnection): Promise<number> {
  const channel = connection.createDataChannel('check', { ordered: false })
  return new Promise((resolve) => {
    let sentAt = 0
    channel.addEventListener('open', () => {
      sentAt = performance.now()
      channel.send('there and back')
    })
    channel.addEventListener('message', () => resolve(performance.now() - sentAt))
  })
}

function later(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
}
