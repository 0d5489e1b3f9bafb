import { useLayoutEffect, useRef } from 'preact/hooks'

export interface TrackVideoProps {
  track: MediaStreamTrack
  label: string
  testId: string
  class?: string
}

/** Shows one of one's own pictures, without sound. */
export function TrackVideo({ track, label, testId, class: classes }: TrackVideoProps) {
  const ref = useRef<HTMLVideoElement>(null)
  useLayoutEffect(() => {
    const video = ref.current
    if (!video) return undefined
    video.srcObject = new MediaStream([track])
    // Autoplay of a muted video is always allowed; an interrupted start is followed by another.
    video.play().catch(() => {})
    return () => {
      video.srcObject = null
    }
  }, [track])
  return (
    <video
      ref={ref}
      class={classes}
      data-testid={testId}
      aria-label={label}
      autoPlay
      playsInline
      muted
    />
  )
}
