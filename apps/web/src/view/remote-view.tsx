import { effect } from '@preact/signals'
import { MicOff, MonitorUp, UserRound, VideoOff, Volume2 } from 'lucide'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { pictureFit } from '../state/picture-fit.ts'
import { isTogetherIn, type StageModel } from '../state/stage-model.ts'
import { initialsOf } from '../state/wording.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { ShownOnTv } from './tv-panel.tsx'

export interface RemoteViewProps {
  page: StageModel
  videoRef: RefObject<HTMLVideoElement | null>
}

/** The other person: picture edge to edge, and words where there is no picture. */
export function RemoteView({ page, videoRef }: RemoteViewProps) {
  const words = useWords()
  const [needsTap, setNeedsTap] = useState(false)
  const audioRef = useRef<HTMLAudioElement>(null)
  const fit = useFit(page, videoRef)
  useStream(page, { videoRef, audioRef, setNeedsTap })
  useSpeaker(page, audioRef)
  const isTogether = isTogetherIn(page)
  const media = page.model.peer.value?.media
  const isBlank = useBlank(page, videoRef, isTogether && !media)
  const isOnTv = isTogether && page.onTv.isShown.value
  const showsPicture = isTogether && media?.video !== false && !isBlank && !isOnTv
  return (
    <div class="remote">
      <video
        ref={videoRef}
        class="remote-video"
        data-testid="remote-video"
        data-fit={fit}
        data-shown={showsPicture}
        autoPlay
        playsInline
        muted
      />
      {/* A video element is silent until its first picture, which may never come. The sound
          does not go through WebAudio either, which would blind the echo canceller. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- live speech has no caption track */}
      <audio ref={audioRef} autoPlay />
      {isOnTv && <ShownOnTv page={page} />}
      {isTogether && !isOnTv && !showsPicture && <Avatar page={page} />}
      {isTogether && <PeerLabel page={page} />}
      {needsTap && (
        <button
          type="button"
          class="primary tap-to-hear"
          data-testid="tap-to-hear"
          onClick={() => void play(audioRef.current).then(setNeedsTap)}
        >
          <Icon of={Volume2} />
          {words.tapToHear}
        </button>
      )}
    </div>
  )
}

function Avatar({ page }: { page: StageModel }) {
  const words = useWords()
  const name = page.model.peer.value?.name ?? ''
  return (
    <div class="avatar">
      <div class="avatar-circle" aria-hidden="true">
        {initialsOf(name) || <Icon of={UserRound} size={64} />}
      </div>
      <p>{words.peerAudioOnly(name)}</p>
    </div>
  )
}

/** The other person's name, and what it does not send. */
function PeerLabel({ page }: { page: StageModel }) {
  const words = useWords()
  const peer = page.model.peer.value
  if (!peer) return null
  const { name, media } = peer
  const facts = [
    media?.screen && { icon: MonitorUp, text: words.peerSharing(name) },
    media && !media.audio && { icon: MicOff, text: words.peerMuted },
    media && !media.video && { icon: VideoOff, text: words.peerCameraOff },
  ].filter((fact) => !!fact)
  if (facts.length === 0) return null
  return (
    <div class="peer-label" data-testid="peer-label">
      {name && !media?.screen && <span class="peer-name">{name}</span>}
      {facts.map(({ icon, text }) => (
        <span key={text} class="peer-fact">
          <Icon of={icon} size={16} />
          {text}
        </span>
      ))}
    </div>
  )
}

/** Puts the stream into the element the moment it is there, without waiting for a rendering. */
function useStream(
  page: StageModel,
  {
    videoRef,
    audioRef,
    setNeedsTap,
  }: {
    videoRef: RefObject<HTMLVideoElement | null>
    audioRef: RefObject<HTMLAudioElement | null>
    setNeedsTap: (needsTap: boolean) => void
  },
): void {
  useLayoutEffect(
    () =>
      effect(() => {
        const video = videoRef.current
        const audio = audioRef.current
        const stream = page.model.remoteStream.value
        if (!video || !audio || video.srcObject === stream) return
        video.srcObject = stream
        audio.srcObject = stream && new MediaStream(stream.getAudioTracks())
        if (!stream) return
        if ('requestVideoFrameCallback' in video) {
          video.requestVideoFrameCallback(() => page.frameSeen())
        }
        // Autoplay of a muted video is always allowed.
        void play(video)
        void play(audio).then(setNeedsTap)
      }),
    [page],
  )
}

/** Starts the element; true when the browser wants a gesture first. */
async function play(element: HTMLMediaElement | null): Promise<boolean> {
  try {
    await element?.play()
    return false
  } catch (error) {
    // Any other reason, such as a newer stream, mends itself.
    return error instanceof DOMException && error.name === 'NotAllowedError'
  }
}

function useSpeaker(page: StageModel, audioRef: RefObject<HTMLAudioElement | null>): void {
  const speakerId = page.local.speakerId.value
  useEffect(() => {
    const audio = audioRef.current
    if (!audio || speakerId === undefined || !('setSinkId' in audio)) return
    // A speaker that is gone: the sound stays where it is.
    audio.setSinkId(speakerId).catch(() => {})
  }, [speakerId])
}

function useFit(
  page: StageModel,
  videoRef: RefObject<HTMLVideoElement | null>,
): 'cover' | 'contain' {
  const isScreen = page.model.peer.value?.media?.screen ?? false
  const [fit, setFit] = useState<'cover' | 'contain'>('cover')
  useEffect(() => {
    const video = videoRef.current
    if (!video) return undefined
    const measure = () => {
      const picture = { width: video.videoWidth, height: video.videoHeight }
      const area = { width: video.clientWidth, height: video.clientHeight }
      setFit(pictureFit(picture, area, { isScreen }))
    }
    measure()
    video.addEventListener('resize', measure)
    window.addEventListener('resize', measure)
    return () => {
      video.removeEventListener('resize', measure)
      window.removeEventListener('resize', measure)
    }
  }, [isScreen])
  return fit
}

/** By then a picture that is sent has come, in milliseconds. */
const BLANK_AFTER_MS = 2_000

/** True when a peer that says nothing of what it sends has sent no picture for a while. */
function useBlank(
  page: StageModel,
  videoRef: RefObject<HTMLVideoElement | null>,
  isAsked: boolean,
): boolean {
  const [isBlank, setBlank] = useState(false)
  const stream = page.model.remoteStream.value
  useEffect(() => {
    const video = videoRef.current
    if (!video || !isAsked) return undefined
    const look = () => setBlank(video.videoWidth === 0)
    const timer = setTimeout(look, BLANK_AFTER_MS)
    video.addEventListener('resize', look)
    return () => {
      clearTimeout(timer)
      video.removeEventListener('resize', look)
      setBlank(false)
    }
  }, [stream, isAsked])
  return isBlank
}
