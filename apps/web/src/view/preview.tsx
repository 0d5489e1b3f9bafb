import { Mic, MicOff, Video, VideoOff } from 'lucide'
import { MAX_NAME_LENGTH } from '@duet/protocol'
import type { CallPageModel } from '../state/call-page-model.ts'
import { useWords } from './app-context.ts'
import { CallStatus } from './call-status.tsx'
import { CopyButton } from './copy-button.tsx'
import { DeviceFields } from './device-fields.tsx'
import { Icon } from './icon.tsx'
import { LevelMeter } from './level-meter.tsx'
import { NoticeCard } from './notice-card.tsx'
import { PageHeader } from './page-header.tsx'
import { RoundButton } from './round-button.tsx'
import { TrackVideo } from './track-video.tsx'

/** Oneself, before the call: how one looks and sounds, and the button that joins. */
export function Preview({ page }: { page: CallPageModel }) {
  const words = useWords()
  return (
    <div class="page">
      <PageHeader />
      <main class="column preview">
        <h1>{words.previewTitle}</h1>
        <p class="room-line">{words.room(page.options.address.room)}</p>
        <Mirror page={page} />
        <Obstacles page={page} />
        <form
          class="join-row"
          onSubmit={(event) => {
            event.preventDefault()
            page.join()
          }}
        >
          <label class="name-field">
            <span>{words.yourName}</span>
            <input
              type="text"
              data-testid="name"
              autoComplete="name"
              maxLength={MAX_NAME_LENGTH}
              placeholder={words.yourNamePlaceholder}
              value={page.name.value}
              onInput={(event) => page.setName(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="primary" data-testid="join">
            <Icon of={Video} />
            {words.join}
          </button>
        </form>
        <CallStatus page={page} class="hint" />
        <DeviceFields local={page.local} />
      </main>
    </div>
  )
}

function Mirror({ page }: { page: CallPageModel }) {
  const words = useWords()
  const camera = page.local.camera.state.value
  const microphone = page.local.microphone.state.value
  const isHeard = microphone.name === 'on' && !page.local.isMuted.value
  const isSeen = camera.name === 'on'
  return (
    <div class="mirror">
      {isSeen ? (
        <TrackVideo
          track={camera.track}
          label={words.yourPicture}
          testId="local-video"
          class="mirrored"
        />
      ) : (
        <p class="mirror-empty">
          {camera.name === 'asking' && words.askingForDevices}
          {camera.name === 'off' && words.cameraIsOff}
          {camera.name === 'failed' && words.noCamera}
        </p>
      )}
      <div class="mirror-controls">
        <LevelMeter local={page.local} />
        <RoundButton
          icon={isHeard ? Mic : MicOff}
          label={isHeard ? words.mute : words.unmute}
          isMarked={!isHeard}
          testId="toggle-mic"
          onPress={() => page.toggleMicrophone()}
        />
        <RoundButton
          icon={isSeen ? Video : VideoOff}
          label={isSeen ? words.cameraOff : words.cameraOn}
          isMarked={!isSeen}
          testId="toggle-camera"
          onPress={() => page.toggleCamera()}
        />
      </div>
    </div>
  )
}

/** The browser's obstacle first; then what is wrong with the devices. */
function Obstacles({ page }: { page: CallPageModel }) {
  const words = useWords()
  const { obstacle } = page.options
  const code = page.local.notice.value
  if (obstacle) {
    const { text, button } = words.obstacles[obstacle]
    return (
      <NoticeCard text={text}>
        {obstacle === 'insecure' && page.secureLink && (
          <a class="button secondary" href={page.secureLink}>
            {button}
          </a>
        )}
        {obstacle === 'framed' && (
          <a class="button secondary" href={page.link} target="_blank" rel="noopener">
            {button}
          </a>
        )}
        {(obstacle === 'no-webrtc' || obstacle === 'in-app-browser') && (
          <CopyButton text={page.link} label={button} testId="copy-link" />
        )}
      </NoticeCard>
    )
  }
  if (!code) return null
  const { text, button } = words.mediaNotices[code]
  return (
    <NoticeCard text={text}>
      <button
        type="button"
        class="secondary"
        data-testid="retry-media"
        onClick={() => void page.local.retry()}
      >
        {button}
      </button>
    </NoticeCard>
  )
}
