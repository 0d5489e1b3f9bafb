type Language = 'en' | 'zh'

/** The same keys in each language: a missing sentence does not compile. */
export type Dictionary<Words> = Readonly<Record<Language, Words>>

/** Fills every `[data-word]` of the page in the browser's language; returns that language's words. */
export function translatePage<Words extends Record<string, string>>(
  dictionary: Dictionary<Words>,
): Words {
  const language: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const words = dictionary[language]
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en'
  for (const element of document.querySelectorAll<HTMLElement>('[data-word]')) {
    element.textContent = words[element.dataset['word'] ?? ''] ?? ''
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.ariaLabel = words[element.dataset['label'] ?? ''] ?? ''
  }
  return words
}
