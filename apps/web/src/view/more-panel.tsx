import {
  Activity,
  Keyboard,
  Languages,
  Maximize,
  Minimize,
  PictureInPicture2,
  Settings2,
  Tv,
} from 'lucide'
import type { IconNode } from 'lucide'
import { isTogetherIn, type StageModel } from '../state/stage-model.ts'
import { SHORTCUTS, type ShortcutName } from '../state/shortcuts.ts'
import { useApp, useWords } from './app-context.ts'
import type { ScreenModes } from './controls.tsx'
import { DeviceFields } from './device-fields.tsx'
import { Icon } from './icon.tsx'
import { MoveMedia } from './media-mode.tsx'
import { Panel } from './panel.tsx'

/** What has no place of its own in the row of controls; on a small screen that is more. */
export function MorePanel({ page, modes }: { page: StageModel; modes: ScreenModes }) {
  const { languages } = useApp()
  const words = languages.words.value
  return (
    <Panel
      class="menu"
      title={words.more}
      isOpen={page.panel.value === 'more'}
      onClose={() => page.closePanel()}
    >
      <MenuItem icon={Settings2} label={words.devices} onPress={() => page.toggle('devices')} />
      <MenuItem icon={Activity} label={words.details} onPress={() => page.toggle('details')} />
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
      {isTogetherIn(page) && (
        <MenuItem
          icon={Tv}
          label={words.callOnTv}
          testId="call-cast"
          onPress={() => page.toggle('tv')}
        />
      )}
      <MenuItem icon={Keyboard} label={words.shortcuts} onPress={() => page.toggle('help')} />
      <MenuItem icon={Languages} label={words.otherLanguage} onPress={() => languages.toggle()} />
    </Panel>
  )
}

interface MenuItemProps {
  icon: IconNode
  label: string
  testId?: string
  onPress: () => void
}

function MenuItem({ icon, label, testId, onPress }: MenuItemProps) {
  return (
    <button type="button" class="menu-item" data-testid={testId} onClick={onPress}>
      <Icon of={icon} size={20} />
      {label}
    </button>
  )
}

/** Another microphone, camera or speaker, in the middle of the call. */
export function DevicesPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const code = page.local.notice.value
  return (
    <Panel
      title={words.devices}
      isOpen={page.panel.value === 'devices'}
      onClose={() => page.closePanel()}
    >
      {code && (
        <div class="panel-notice">
          <p>{words.mediaNotices[code].text}</p>
          <button type="button" class="secondary" onClick={() => void page.local.retry()}>
            {words.mediaNotices[code].button}
          </button>
        </div>
      )}
      <DeviceFields local={page.local} />
    </Panel>
  )
}

/** The keys that do something during a call. */
export function HelpPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const names = Object.keys(SHORTCUTS) as ShortcutName[]
  return (
    <Panel
      title={words.shortcuts}
      isOpen={page.panel.value === 'help'}
      onClose={() => page.closePanel()}
    >
      <dl class="shortcuts">
        {names.map((name) => (
          <div key={name}>
            <dt>
              <kbd>{name === 'close' ? 'Esc' : SHORTCUTS[name].toUpperCase()}</kbd>
            </dt>
            <dd>{words.shortcutNames[name]}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
