/** Camera and microphone. Rejects when the person or the browser refuses. */
export function captureCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: true, video: true })
}

/**
 * The desktop's picture and the microphone's sound. Both are waited for before a track of either
 * is used, and the one is given back when the other is refused: then it rejects.
 */
export async function captureDesktop(): Promise<MediaStream> {
  const captures = await Promise.allSettled([
    navigator.mediaDevices.getDisplayMedia({ video: true }),
    navigator.mediaDevices.getUserMedia({ audio: true }),
  ])
  const streams = captures.flatMap((capture) =>
    capture.status === 'fulfilled' ? [capture.value] : [],
  )
  const refused = captures.find((capture) => capture.status === 'rejected')
  if (refused) {
    streams.forEach(release)
    throw new Error('desktop or microphone refused', { cause: refused.reason })
  }
  return new MediaStream(streams.flatMap((stream) => stream.getTracks()))
}

/** Gives a camera, a microphone or a desktop back. */
export function release(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
