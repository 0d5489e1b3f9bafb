import { readSchema, type Schema } from './stream-url.ts'

/** What the page's address says, and what it leaves open. */
export interface Settings {
  room: string
  display: string
  /** Of the media server; with a port where the address names one. */
  host: string
  /** Of the media server's API; undefined: as the page's own. */
  schema: Schema | undefined
  /** The WebSocket for signaling. */
  signalingUrl: string
  /** Begins without a press of the button. */
  isAutostart: boolean
}

const LENGTH = 7
const CHARACTERS = '0123456789abcdef'

/**
 * Reads `room`, `display`, `host`, `schema`, `wss`, `wsh`, `wsp` and `autostart` of the page's
 * address. Without room or display, `random` chooses one.
 */
export function readSettings(page: URL, random: () => string = randomName): Settings {
  const query = page.searchParams
  const room = query.get('room') || random()
  const display = query.get('display') || random()
  return {
    room,
    display,
    host: query.get('host') || page.hostname,
    schema: readSchema(query.get('schema')),
    signalingUrl: signalingUrl(page, room, display),
    isAutostart: query.get('autostart') === 'true',
  }
}

/** The address that leads here again: into the same room, under the same display. */
export function ownAddress(page: URL, { room, display }: Settings, isAutostart: boolean): string {
  const own = new URL(page)
  own.searchParams.set('room', room)
  own.searchParams.set('display', display)
  if (isAutostart) own.searchParams.set('autostart', 'true')
  else own.searchParams.delete('autostart')
  return own.href
}

/** The address for somebody else: into the same room, under a display of its own. */
export function inviteAddress(page: URL, settings: Settings): string {
  const invite = new URL(ownAddress(page, settings, true))
  invite.searchParams.delete('display')
  return invite.href
}

/** Where pages are of the server that signals. */
export function pagesOrigin(settings: Settings): string {
  return new URL(settings.signalingUrl.replace(/^ws/, 'http')).origin
}

/** `wss` is its scheme, `wsh` its host and `wsp` its port; by default it is where the page is. */
function signalingUrl(page: URL, room: string, display: string): string {
  const query = page.searchParams
  const scheme = query.get('wss') || (page.protocol === 'https:' ? 'wss' : 'ws')
  const host = query.get('wsh') || page.hostname
  const port = query.get('wsp') || (host === page.hostname ? page.port : '')
  const who = new URLSearchParams({ room, display })
  return `${scheme}://${host}${port ? `:${port}` : ''}/sig/v1/rtc?${who}`
}

function randomName(): string {
  const numbers = crypto.getRandomValues(new Uint8Array(LENGTH))
  return Array.from(numbers, (number) => CHARACTERS[number % CHARACTERS.length]).join('')
}
