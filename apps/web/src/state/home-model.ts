import { computed, signal, type ReadonlySignal } from '@preact/signals'
import { createRoomLink, parseRoomLink, roomUrl } from '@duet/client'
import { normalizeRoomName, type RoomNameFault } from '@duet/protocol'

/** Where the typed text leads, or why it leads nowhere. */
export type Destination = { ok: true; url: string } | { ok: false; fault: RoomNameFault }

/** The start page: begin a call, or go to a room by its name or its link. */
export class HomeModel {
  readonly text: ReadonlySignal<string>
  /** What is wrong with the text; nothing is said of an empty field before it is sent. */
  readonly fault: ReadonlySignal<RoomNameFault | null>
  readonly #text = signal('')
  readonly #wasSubmitted = signal(false)
  readonly #destination: ReadonlySignal<Destination>
  readonly #origin: string
  readonly #go: (url: string) => void

  constructor(origin: string, go: (url: string) => void) {
    this.#origin = origin
    this.#go = go
    this.text = this.#text
    this.#destination = computed(() => destinationOf(this.#text.value, origin))
    this.fault = computed(() => {
      const destination = this.#destination.value
      if (destination.ok) return null
      return destination.fault === 'empty' && !this.#wasSubmitted.value ? null : destination.fault
    })
  }

  /** Makes a private link and goes there. */
  start(): void {
    this.#go(createRoomLink(this.#origin).url)
  }

  type(text: string): void {
    this.#text.value = text
    this.#wasSubmitted.value = false
  }

  /** Goes to the typed room, when it is one. */
  submit(): void {
    this.#wasSubmitted.value = true
    const destination = this.#destination.value
    if (destination.ok) this.#go(destination.url)
  }
}

function destinationOf(text: string, origin: string): Destination {
  const link = linkIn(text.trim())
  if (link) return { ok: true, url: link }
  const result = normalizeRoomName(text)
  return result.ok
    ? { ok: true, url: roomUrl(origin, result.name) }
    : { ok: false, fault: result.fault }
}

/** The text as the link of a room, with or without its scheme; undefined when it is none. */
function linkIn(text: string): string | undefined {
  if (!text.includes('/r/')) return undefined
  const href = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (!URL.canParse(href)) return undefined
  const link = parseRoomLink(href)
  return link ? roomUrl(new URL(href).origin, link.room, link.key) : undefined
}
