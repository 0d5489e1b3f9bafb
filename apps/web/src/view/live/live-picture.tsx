import { effect } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { playHls } from '../../browser/hls.ts'
import type { LiveModel } from '../../state/live/live-model.ts'
import { useLiveWords } from './use-live-words.ts'

/** Both pictures: merged here as they come directly, or merged by the server. */
export function LivePicture({ page }: { page: LiveModel }) {
  const [ratio, setRatio] = useState(16 / 9)
  const isDirect = page.way.value === 'whep'
  const { layout } = page
  const streams = page.pictures.streams.value
  const shown = isDirect && streams.length > 1 ? layout.value : 'one'
  return (
    <div class="live-frame" data-layout={shown} style={{ '--ratio': ratio }}>
      {isDirect ? (
        streams.map((_, index) => (
          <DirectPicture
            key={index}
            page={page}
            index={index}
            {...(index === 0 && { onRatio: setRatio })}
          />
        ))
      ) : (
        <PiecesPicture page={page} onRatio={setRatio} />
      )}
    </div>
  )
}

interface DirectPictureProps {
  page: LiveModel
  index: number
  onRatio?: (ratio: number) => void
}

/** What one of them sends. */
function DirectPicture({ page, index, onRatio }: DirectPictureProps) {
  const words = useLiveWords()
  const videoRef = useRef<HTMLVideoElement>(null)
  const audioRef = useRef<HTMLAudioElement>(null)
  useLayoutEffect(() => {
    const [video, audio] = [videoRef.current, audioRef.current]
    if (!video || !audio) return undefined
    const stop = [
      effect(() => {
        const stream = page.pictures.streams.value[index] ?? null
        if (video.srcObject === stream) return
        video.srcObject = stream
        audio.srcObject = stream && new MediaStream(stream.getAudioTracks())
        // Muted, so it is allowed; a newer stream that interrupts it plays by itself.
        if (stream) video.play().catch(() => {})
      }),
      effect(() => {
        const isOn = page.sound.value === 'on'
        audio.muted = !isOn
        if (isOn && page.pictures.streams.value[index]) playAloud(page, audio)
      }),
    ]
    return () => stop.forEach((each) => each())
  }, [page, index])
  useSeen(videoRef, page, onRatio)
  return (
    <>
      <video
        ref={videoRef}
        class="live-video"
        data-testid="live-video"
        data-place={index}
        aria-label={page.names.value[index] || words.picture(index + 1)}
        autoPlay
        playsInline
        muted
      />
      {/* A picture that is not muted may not begin by itself, and it must not wait for the sound. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- live speech has no caption track */}
      <audio ref={audioRef} autoPlay />
    </>
  )
}

/** What the server merged, some seconds later. */
function PiecesPicture({ page, onRatio }: { page: LiveModel; onRatio: (ratio: number) => void }) {
  const words = useLiveWords()
  const videoRef = useRef<HTMLVideoElement>(null)
  const playlist = page.pictures.playlist.value
  const sound = page.sound.value
  useLayoutEffect(() => {
    const video = videoRef.current
    if (!video || playlist === null) return undefined
    return playHls({ video, playlist, onFail: () => page.pictures.piecesFailed() })
  }, [page, playlist])
  useEffect(() => {
    const video = videoRef.current
    if (!video) return
    video.muted = sound !== 'on'
    if (sound === 'on') playAloud(page, video)
    else video.play().catch(() => {})
  }, [page, sound, playlist])
  useSeen(videoRef, page, onRatio)
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- live speech has no caption track
    <video
      ref={videoRef}
      class="live-video"
      data-testid="live-video"
      data-place={0}
      aria-label={words.bothPictures}
      autoPlay
      playsInline
    />
  )
}

/** Plays with sound; where the browser wants a press first, the page asks for one. */
function playAloud(page: LiveModel, element: HTMLMediaElement): void {
  element.play().catch((error: unknown) => {
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
    page.blockSound()
  })
}

/** Tells of the first picture, and of its shape. */
function useSeen(
  videoRef: { current: HTMLVideoElement | null },
  page: LiveModel,
  onRatio: ((ratio: number) => void) | undefined,
): void {
  useEffect(() => {
    const video = videoRef.current
    if (!video) return undefined
    const look = () => {
      if (video.videoWidth === 0) return
      page.pictures.frameSeen()
      onRatio?.(video.videoWidth / video.videoHeight)
    }
    look()
    const events = ['loadeddata', 'playing', 'resize'] as const
    for (const event of events) video.addEventListener(event, look)
    return () => {
      for (const event of events) video.removeEventListener(event, look)
    }
  }, [page, onRatio])
}
