// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'

export { CaptureLayer } from './view/captures/capture-layer.tsx'
export { MoreMenu } from './view/more-menu.tsx'
export { ShortcutList } from './view/shortcut-list.tsx'
