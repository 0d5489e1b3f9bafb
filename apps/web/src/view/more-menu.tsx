import {
  Activity,
  Clapperboard,
  Keyboard,
  Languages,
  Maximize,
  Minimize,
  PictureInPicture2,
  Settings2,
  Tv,
} from 'lucide'
import { isTogetherIn, type StageModel } from '../state/stage-model.ts'
import { useApp } from './app-context.ts'
import { CaptureItems } from './captures/capture-items.tsx'
import type { ScreenModes } from './controls.tsx'
import { Icon } from './icon.tsx'
import { MoveMedia } from './media-mode.tsx'
import { MenuItem } from './menu-item.tsx'
import { useMoreWords } from './use-more-words.ts'

/** What has no place of its own in the row of controls; on a small screen that is more. */
export function MoreMenu({ page, modes }: { page: StageModel; modes: ScreenModes }) {
  const { languages } = useApp()
  const words = languages.words.value
  const more = useMoreWords()
  const isTogether = isTogetherIn(page)
  return (
    <>
      <MenuItem icon={Settings2} label={words.devices} onPress={() => page.toggle('devices')} />
      <MenuItem icon={Activity} label={words.details} onPress={() => page.toggle('details')} />
      {isTogether && <CaptureItems page={page} />}
      <a class="menu-item" href="/recordings" target="_blank" data-testid="to-recordings">
        <Icon of={Clapperboard} size={20} />
        <span>
          {more.recordings} <span class="visually-hidden">{more.newTab}</span>
        </span>
      </a>
      <MoveMedia page={page} isItem />
      {modes.togglePictureInPicture && (
        <MenuItem
          icon={PictureInPicture2}
          label={words.pictureInPicture}
          onPress={modes.togglePictureInPicture}
        />
      )}
      {modes.toggleFullscreen && (
        <MenuItem
          icon={modes.isFullscreen ? Minimize : Maximize}
          label={modes.isFullscreen ? words.exitFullscreen : words.fullscreen}
          onPress={modes.toggleFullscreen}
        />
      )}
      {isTogether && (
        <MenuItem
          icon={Tv}
          label={words.callOnTv}
          testId="call-cast"
          onPress={() => page.toggle('tv')}
        />
      )}
      <MenuItem icon={Keyboard} label={words.shortcuts} onPress={() => page.toggle('help')} />
      <MenuItem icon={Languages} label={words.otherLanguage} onPress={() => languages.toggle()} />
    </>
  )
}
