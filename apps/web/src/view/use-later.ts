import { useEffect, useState } from 'preact/hooks'
import type { StageModel } from '../state/stage-model.ts'

/**
 * What `load` gives, from the time it is wanted on; null until it is there. A panel that can't be loaded
 * is closed with a word.
 */
export function useLater<Content>(
  page: StageModel,
  isWanted: boolean,
  load: (page: StageModel) => Promise<Content>,
): Content | null {
  const [content, setContent] = useState<Content | null>(null)
  useEffect(() => {
    if (!isWanted) return
    load(page).then(
      (loaded) => setContent(() => loaded),
      () => {
        page.closePanel()
        page.notices.show(({ loadFailed }) => loadFailed)
      },
    )
  }, [isWanted, page])
  return content
}
