import { useEffect } from 'preact/hooks'
import { shortcutOf, type ShortcutName } from '../state/shortcuts.ts'
import type { StageModel } from '../state/stage-model.ts'
import type { ScreenModes } from './controls.tsx'

/** Listens for the keys of a call; not while `isOff`. */
export function useShortcuts(
  page: StageModel,
  modes: ScreenModes,
  { isOff = false }: { isOff?: boolean } = {},
): void {
  useEffect(() => {
    if (isOff) return undefined
    const actions: Record<ShortcutName, () => void> = {
      microphone: () => page.toggleMicrophone(),
      camera: () => page.toggleCamera(),
      screen: () => void page.screen.toggle(),
      chat: () => page.toggle('chat'),
      fullscreen: () => modes.toggleFullscreen?.(),
      pip: () => modes.togglePictureInPicture?.(),
      details: () => page.toggle('details'),
      close: () => page.closePanel(),
      help: () => page.toggle('help'),
    }
    const handleKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, altKey, metaKey, repeat } = event
      const isTyping = isTextTarget(event.target)
      const name = shortcutOf({ key, ctrlKey, altKey, metaKey, repeat, isTyping })
      if (!name) return
      // Otherwise the letter would stand in the field that the key opens.
      if (name !== 'close') event.preventDefault()
      actions[name]()
    }
    window.addEventListener('keydown', handleKey)
    return () => window.removeEventListener('keydown', handleKey)
  })
}

function isTextTarget(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, dialog *')
}
