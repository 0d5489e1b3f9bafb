type Language = 'en' | 'zh'

/** The words of a page; under a key there may be a group of them. */
type Words = Record<string, string | Record<string, string>>

/** The same keys in each language: a missing sentence does not compile. */
export type Dictionary<Group extends Words = Words> = Readonly<Record<Language, Group>>

/** Fills every `[data-word]` of the page in the browser's language; returns its words. */
export function translatePage<Group extends Words>(dictionary: Dictionary<Group>): Group {
  const language: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const words = dictionary[language]
  const wordOf = (key: string | undefined): string => {
    const word = words[key ?? '']
    return typeof word === 'string' ? word : ''
  }
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en'
  for (const element of document.querySelectorAll<HTMLElement>('[data-word]')) {
    element.textContent = wordOf(element.dataset['word'])
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', wordOf(element.dataset['label']))
  }
  return words
}
