const LENGTH = 8
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The room that the page's address names; without one, a random room is chosen and opened. */
export function readRoomId(): string {
  const url = new URL(location.href)
  const named = url.searchParams.get('room_id')
  if (named) return named
  const id = randomId()
  url.searchParams.set('room_id', id)
  location.replace(url)
  return id
}

function randomId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(LENGTH))
  return Array.from(numbers, (number) => CHARACTERS[number % CHARACTERS.length]).join('')
}
