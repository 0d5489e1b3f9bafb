/**
 * Runs in the page before its own scripts: what it asks to play over WHEP is drawn in the page itself, with
 * a real peer connection on either side. Self-contained, because it is sent as text.
 */
export function installDrawnStreams(): void {
  const COLOURS = ['#2f6f8f', '#8f5a2f']
  const real = window.fetch.bind(window)
  let count = 0

  /** A person, roughly. */
  const drawing = (colour: string): MediaStream => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 360
    const context = canvas.getContext('2d')
    let turn = 0
    setInterval(() => {
      if (!context) return
      turn += 1
      context.fillStyle = colour
      context.fillRect(0, 0, 640, 360)
      context.fillStyle = '#e8c9a8'
      context.beginPath()
      context.arc(320 + 20 * Math.sin(turn / 10), 150, 70, 0, 7)
      context.fill()
      context.fillStyle = '#263238'
      context.beginPath()
      context.ellipse(320, 360, 150, 120, 0, 0, 7)
      context.fill()
    }, 50)
    return canvas.captureStream(20)
  }

  const answer = async (offer: string): Promise<string> => {
    const peer = new RTCPeerConnection()
    await peer.setRemoteDescription({ type: 'offer', sdp: offer })
    for (const track of drawing(COLOURS[count++ % 2] ?? '').getTracks()) peer.addTrack(track)
    await peer.setLocalDescription()
    await new Promise<void>((resolve) => {
      peer.addEventListener('icegatheringstatechange', () => {
        if (peer.iceGatheringState === 'complete') resolve()
      })
    })
    return peer.localDescription?.sdp ?? ''
  }

  const drawn = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input)
    if (!url.includes('/whep/') || init?.method !== 'POST') return real(input, init)
    return new Response(await answer(init.body as string), {
      status: 201,
      headers: { 'content-type': 'application/sdp', location: `/drawn/${count}` },
    })
  }
  window.fetch = drawn as typeof fetch
}
