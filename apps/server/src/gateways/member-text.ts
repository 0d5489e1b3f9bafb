const SPACES = new Set([' ', '\t', '\n', '\r'].map((space) => space.charCodeAt(0)))
const QUOTE = '"'.charCodeAt(0)
const BACKSLASH = '\\'.charCodeAt(0)
const COMMA = ','.charCodeAt(0)
const OPENING = new Set(['{', '['].map((bracket) => bracket.charCodeAt(0)))
const CLOSING = new Set(['}', ']'].map((bracket) => bracket.charCodeAt(0)))

/**
 * How the value of one member of a JSON object is written; of several with the same name the
 * last one, as JSON.parse takes it. `text` must be what JSON.parse reads as an object.
 */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined
  let at = skipSpaces(text, skipSpaces(text, 0) + 1)
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = endOfString(text, at)
    const start = skipSpaces(text, skipSpaces(text, nameEnd) + 1)
    const end = endOfValue(text, start)
    if (readName(text, at, nameEnd) === name) found = text.slice(start, end)
    at = skipSpaces(text, end)
    if (text.charCodeAt(at) === COMMA) at = skipSpaces(text, at + 1)
  }
  return found
}

function readName(text: string, start: number, end: number): unknown {
  const name = text.slice(start + 1, end - 1)
  return name.includes('\\') ? JSON.parse(`"${name}"`) : name
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (SPACES.has(text.charCodeAt(at))) at++
  return at
}

/** Where the string that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote === -1 ? text.length : quote + 1
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before--
  return (at - before) % 2 === 0
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === QUOTE) return endOfString(text, start)
  return OPENING.has(first) ? endOfBrackets(text, start) : endOfWord(text, start)
}

function endOfBrackets(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    at = code === QUOTE ? endOfString(text, at) : at + 1
    if (OPENING.has(code)) depth++
    if (CLOSING.has(code) && --depth === 0) return at
  }
  return at
}

/** The end of a number, or of `null`, `true` and `false`. */
function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length && !isAfterWord(text.charCodeAt(at))) at++
  return at
}

function isAfterWord(code: number): boolean {
  return code === COMMA || CLOSING.has(code) || SPACES.has(code)
}
