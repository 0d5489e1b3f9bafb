import { computed, signal, type ReadonlySignal } from '@preact/signals'
import { pageAt, type AccountPage, type Place } from './pages.ts'

/** What the router needs of the browser's history. */
export interface HistoryPort {
  /** Where the browser is now. */
  place(): Place
  push(path: string): void
  replace(path: string): void
  /** `listener` hears of back and forward. */
  onMove(listener: () => void): () => void
}

/** Which account page is shown; goes between them without loading a document, which would end a call. */
export class Router {
  readonly place: ReadonlySignal<Place>
  readonly page: ReadonlySignal<AccountPage>
  /** False until somebody went somewhere: the browser itself puts the focus on a fresh document. */
  hasMoved = false
  readonly #place
  readonly #history: HistoryPort
  readonly #stop: () => void

  constructor(history: HistoryPort) {
    this.#history = history
    this.#place = signal(history.place())
    this.place = this.#place
    this.page = computed(() => pageAt(this.#place.value) ?? { name: 'lost' })
    this.#stop = history.onMove(() => this.#read())
  }

  go(path: string): void {
    this.#history.push(path)
    this.#read()
  }

  /** As `go`, but "back" does not come here again. */
  replace(path: string): void {
    this.#history.replace(path)
    this.#read()
  }

  close(): void {
    this.#stop()
  }

  #read(): void {
    this.hasMoved = true
    const next = this.#history.place()
    const now = this.#place.peek()
    if (next.pathname === now.pathname && next.search === now.search) return
    this.#place.value = next
  }
}
