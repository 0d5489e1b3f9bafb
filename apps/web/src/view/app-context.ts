import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Words } from '../i18n/en.ts'
import type { LanguageModel } from '../i18n/language.ts'
import type { ThemeModel } from '../state/theme.ts'

/** What every component may need. */
export interface AppContext {
  languages: LanguageModel
  themes: ThemeModel
}

export const AppContext = createContext<AppContext | null>(null)

/** The page's languages and looks. */
export function useApp(): AppContext {
  const app = useContext(AppContext)
  if (!app) throw new TypeError('a component stands outside of AppContext')
  return app
}

/** The words of the language now shown. */
export function useWords(): Words {
  return useApp().languages.words.value
}
