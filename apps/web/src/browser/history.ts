import type { HistoryPort } from '../state/people/router.ts'

/** The browser's own history. */
export const browserHistory: HistoryPort = {
  place: () => ({ pathname: location.pathname, search: location.search }),
  push: (path) => history.pushState(null, '', path),
  replace: (path) => history.replaceState(null, '', path),
  onMove(listener) {
    window.addEventListener('popstate', listener)
    return () => window.removeEventListener('popstate', listener)
  },
}

/**
 * Takes presses on links: `go` gets the path, and returns whether it belongs to it. Whatever the
 * person does otherwise with a link (another tab, a download) stays the browser's.
 */
export function takeLinks(go: (path: string) => boolean): () => void {
  const handleClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin || link.hash !== '') return
    if (go(`${link.pathname}${link.search}`)) event.preventDefault()
  }
  document.addEventListener('click', handleClick)
  return () => document.removeEventListener('click', handleClick)
}
