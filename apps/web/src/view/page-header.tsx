import { Contrast, Moon, Sun } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import { useApp } from './app-context.ts'
import { LanguageButton } from './language-button.tsx'
import { Logo } from './logo.tsx'

/** What stands for each look. */
export const THEME_ICONS = { system: Contrast, light: Sun, dark: Moon }

/** The head of the light pages: the name, what the page adds, the language, the look. */
export function PageHeader({ children }: { children?: ComponentChildren }) {
  const { languages, themes } = useApp()
  const words = languages.words.value
  const theme = themes.theme.value
  const themeLabel = `${words.theme.label}: ${words.theme[theme]}`
  return (
    <header class="page-header">
      <a class="brand" href="/" aria-label={`${words.appName}: ${words.home}`}>
        <Logo size={28} />
        <span>{words.appName}</span>
      </a>
      {children}
      <LanguageButton look="quiet" />
      <button
        type="button"
        class="quiet icon-only"
        data-testid="theme"
        title={themeLabel}
        aria-label={themeLabel}
        onClick={() => themes.next()}
      >
        <Icon of={THEME_ICONS[theme]} size={20} />
      </button>
    </header>
  )
}
