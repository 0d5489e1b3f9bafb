import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import type { ScreenModes } from './controls.tsx'
import { DeviceFields } from './device-fields.tsx'
import { Panel } from './panel.tsx'
import { useLater } from './use-later.ts'

const load = () => import('../more-app.ts')

/** What has no place of its own in the row of controls; loaded when it is opened. */
export function MorePanel({ page, modes }: { page: StageModel; modes: ScreenModes }) {
  const words = useWords()
  const isOpen = page.panel.value === 'more'
  const loaded = useLater(page, isOpen, load)
  return (
    <Panel class="menu" title={words.more} isOpen={isOpen} onClose={() => page.closePanel()}>
      {loaded ? <loaded.MoreMenu page={page} modes={modes} /> : <p class="hint">{words.loading}</p>}
    </Panel>
  )
}

/** The keys that do something during a call. */
export function HelpPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const isOpen = page.panel.value === 'help'
  const loaded = useLater(page, isOpen, load)
  return (
    <Panel title={words.shortcuts} isOpen={isOpen} onClose={() => page.closePanel()}>
      {loaded ? <loaded.ShortcutList /> : <p class="hint">{words.loading}</p>}
    </Panel>
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
