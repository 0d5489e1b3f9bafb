import { element } from '../page/element.ts'
import { copyOnPress } from './copying.ts'
import type { Participant } from './signaling.ts'
import type { StreamLinks } from './streams.ts'

/** From so many on there is something to merge. */
const ENOUGH = 2

interface PanelWords {
  copy: string
  copied: string
  player: string
}

/** Who can be played: those whom the server names, and this page when it has told the server. */
export function publishersOf(
  participants: readonly Participant[],
  own: { display: string; isPublished: boolean },
): string[] {
  return participants
    .filter(({ display, publishing }) => {
      return publishing || (own.isPublished && display === own.display)
    })
    .map(({ display }) => display)
}

/** Shows where the streams of a room can be played, as soon as there are two. */
export class MergePanel {
  readonly #section = element('merge', HTMLElement)
  readonly #streams = element('streams', HTMLElement)
  readonly #template = element('stream', HTMLTemplateElement)
  readonly #words: PanelWords
  readonly #linksOf: (display: string) => StreamLinks | undefined
  #shown = ''

  constructor(words: PanelWords, linksOf: (display: string) => StreamLinks | undefined) {
    this.#words = words
    this.#linksOf = linksOf
  }

  show(publishers: readonly string[]): void {
    this.#section.hidden = publishers.length < ENOUGH
    const shown = this.#section.hidden ? '' : JSON.stringify(publishers)
    if (shown === this.#shown) return
    this.#shown = shown
    this.#streams.replaceChildren(
      ...(this.#section.hidden ? [] : publishers.map((display) => this.#stream(display))),
    )
  }

  #stream(display: string): DocumentFragment {
    const fragment = document.importNode(this.#template.content, true)
    const links = this.#linksOf(display)
    const part = (name: string): HTMLElement | null =>
      fragment.querySelector<HTMLElement>(`[data-part="${name}"]`)
    part('display')?.append(display)
    const player = part('player')
    if (links && player instanceof HTMLAnchorElement) {
      player.href = links.player
      player.textContent = this.#words.player
    }
    for (const kind of ['webrtc', 'whep'] as const) {
      const address = links?.[kind] ?? ''
      part(kind)?.append(address)
      const button = part(`copy-${kind}`)
      if (button instanceof HTMLButtonElement) copyOnPress(button, () => address, this.#words)
    }
    return fragment
  }
}
