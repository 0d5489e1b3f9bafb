import { normalizeRoomName, type RoomNameFault } from '@duet/protocol'

/** Why `/r/<name>` is no room's address. */
export function roomNameFault(pathname: string): RoomNameFault {
  const encoded = pathname.replace(/^\/r\//, '').replace(/\/$/, '')
  const name = normalizeRoomName(decode(encoded))
  return name.ok ? 'bad-character' : name.fault
}

/** The plain text, or the encoded one where that is no UTF-8. */
function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}
