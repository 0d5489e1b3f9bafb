/** What a key does during a call. */
export type ShortcutName =
  | 'microphone'
  | 'camera'
  | 'screen'
  | 'chat'
  | 'fullscreen'
  | 'pip'
  | 'details'
  | 'close'
  | 'help'

/** Each shortcut and its key, as `KeyboardEvent.key` says it, in lower case. */
export const SHORTCUTS: Record<ShortcutName, string> = {
  microphone: 'm',
  camera: 'v',
  screen: 's',
  chat: 'c',
  fullscreen: 'f',
  pip: 'p',
  details: 'd',
  close: 'escape',
  help: '?',
}

export interface KeyPress {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  repeat: boolean
  /** The key goes into a text field or a list. */
  isTyping: boolean
}

/** The shortcut that a press means; undefined for none. While typing only Escape counts. */
export function shortcutOf(press: KeyPress): ShortcutName | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat) return undefined
  const key = press.key.toLowerCase()
  if (press.isTyping && key !== SHORTCUTS.close) return undefined
  return (Object.keys(SHORTCUTS) as ShortcutName[]).find((name) => SHORTCUTS[name] === key)
}
