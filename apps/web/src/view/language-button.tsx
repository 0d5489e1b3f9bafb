import { Languages } from 'lucide'
import { useApp } from './app-context.ts'
import { Icon } from './icon.tsx'

/** Turns the pages to the other language, which it names in that language. */
export function LanguageButton({ look }: { look: 'quiet' | 'secondary' }) {
  const { languages } = useApp()
  const words = languages.words.value
  return (
    <button
      type="button"
      class={look}
      data-testid="language"
      aria-label={words.switchLanguage}
      onClick={() => languages.toggle()}
    >
      <Icon of={Languages} size={20} />
      <span lang={languages.language.value === 'en' ? 'zh-Hans' : 'en'}>{words.otherLanguage}</span>
    </button>
  )
}
