import { effect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { TvModel } from '../../state/cast/tv-model.ts'

/** The sender's picture and sound; in the page from the start, so that nothing waits for it. */
export function TvPicture({
  page,
  videoRef,
}: {
  page: TvModel
  videoRef: RefObject<HTMLVideoElement | null>
}) {
  const audioRef = useRef<HTMLAudioElement>(null)
  useLayoutEffect(() => {
    const [video, audio] = [videoRef.current, audioRef.current]
    if (!video || !audio) return undefined
    const stop = [effect(() => showPicture(page, video)), effect(() => playSound(page, audio))]
    return () => stop.forEach((each) => each())
  }, [page])
  const isResting = ['paused', 'reconnecting'].includes(page.state.value.name)
  return (
    <>
      <video
        ref={videoRef}
        class="tv-video"
        data-testid="cast-video"
        data-shown={page.screen.value === 'picture'}
        data-resting={isResting}
        autoPlay
        playsInline
        muted
      />
      {/* Only a muted picture may begin by itself, and it must not wait for the sound. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- live sound has no caption track */}
      <audio ref={audioRef} autoPlay />
    </>
  )
}

/** The last picture stays until there is another one, or nobody who sends one. */
function showPicture(page: TvModel, video: HTMLVideoElement): void {
  const stream = page.remoteStream.value
  if (!stream && page.screen.value === 'picture') return
  if (video.srcObject === stream) return
  video.srcObject = stream
  if (!stream) return
  if ('requestVideoFrameCallback' in video) {
    video.requestVideoFrameCallback(() => page.frameSeen())
  } else {
    ;(video as HTMLVideoElement).onloadeddata = () => page.frameSeen()
  }
  // Muted, so it is allowed; a newer stream that interrupts it plays by itself.
  video.play().catch(() => {})
}

function playSound(page: TvModel, audio: HTMLAudioElement): void {
  const tracks = page.remoteStream.value?.getAudioTracks() ?? []
  const isSame = isPlaying(audio, tracks)
  const isOn = page.sound.value === 'on'
  audio.muted = !isOn
  if (!isSame) audio.srcObject = tracks.length > 0 ? new MediaStream(tracks) : null
  // A press is asked for when there is something to hear, and not before.
  for (const track of tracks) track.onunmute = () => playSound(page, audio)
  if (!isOn || tracks.every(({ muted }) => muted)) return
  audio.play().catch((error: unknown) => {
    // Any other reason, such as a newer stream, mends itself.
    const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
    if (isRefused && audio.srcObject) page.blockSound()
  })
}

function isPlaying(audio: HTMLAudioElement, tracks: readonly MediaStreamTrack[]): boolean {
  const playing = audio.srcObject instanceof MediaStream ? audio.srcObject.getAudioTracks() : []
  return playing.length === tracks.length && tracks.every((track) => playing.includes(track))
}
