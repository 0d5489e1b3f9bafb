/** What a key of a remote control, or of a keyboard, means on the TV's page. */
export type RemoteKey = 'next' | 'previous' | 'press' | 'back'

/** As `KeyboardEvent.key` says it; every maker of TVs has a name of its own for Back. */
const KEYS: ReadonlyMap<string, RemoteKey> = new Map([
  ['ArrowRight', 'next'],
  ['ArrowDown', 'next'],
  ['ArrowLeft', 'previous'],
  ['ArrowUp', 'previous'],
  ['Enter', 'press'],
  ['Escape', 'back'],
  ['Backspace', 'back'],
  ['GoBack', 'back'],
  ['BrowserBack', 'back'],
  ['XF86Back', 'back'],
])

export interface RemotePress {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
}

/** What a press means; undefined: nothing here, as for every combination of keys. */
export function remoteKeyOf({ key, ctrlKey, altKey, metaKey }: RemotePress): RemoteKey | undefined {
  return ctrlKey || altKey || metaKey ? undefined : KEYS.get(key)
}

/** Which of `count` buttons an arrow leads to, from the one at `index`; -1: from none. */
export function nextButton(index: number, count: number, key: 'next' | 'previous'): number {
  if (index < 0) return 0
  return Math.min(Math.max(index + (key === 'next' ? 1 : -1), 0), count - 1)
}
