import { element } from './element.ts'

/** Adds a line to the chat. */
export function writeLine(who: string, text: string): void {
  const log = element('chat-log', HTMLDivElement)
  const line = document.createElement('p')
  const name = document.createElement('b')
  name.textContent = who
  line.append(name, ' ', text)
  log.append(line)
  log.scrollTop = log.scrollHeight
}

/** Calls `onLine` with each line that the person writes. */
export function listenToChat(onLine: (text: string) => void): void {
  const input = element('chat-input', HTMLInputElement)
  element('chat', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    onLine(input.value)
    input.value = ''
  })
}
