import { SHORTCUTS, type ShortcutName } from '../state/shortcuts.ts'
import { useMoreWords } from './use-more-words.ts'

/** The keys of a call, and what each does. */
export function ShortcutList() {
  const words = useMoreWords()
  const names = Object.keys(SHORTCUTS) as ShortcutName[]
  return (
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
  )
}
