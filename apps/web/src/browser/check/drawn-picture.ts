const SIZE = { width: 160, height: 120 }
const FRAME_MS = 100

/** A small moving picture that needs no camera. */
export function drawnPicture(): { tracks: MediaStreamTrack[]; close(): void } {
  const canvas = Object.assign(document.createElement('canvas'), SIZE)
  const context = canvas.getContext('2d')
  let frame = 0
  const draw = () => {
    if (!context) return
    context.fillStyle = `hsl(${(frame += 12) % 360} 60% 50%)`
    context.fillRect(0, 0, SIZE.width, SIZE.height)
  }
  draw()
  const tracks = canvas.captureStream(10).getTracks()
  const timer = setInterval(draw, FRAME_MS)
  return {
    tracks,
    close() {
      clearInterval(timer)
      for (const track of tracks) track.stop()
    },
  }
}
