/** Lets a button copy a text, and say for a moment that it did. */
export function copyOnPress(
  button: HTMLButtonElement,
  text: () => string,
  words: { copy: string; copied: string },
): void {
  button.textContent = words.copy
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(text()).then(() => {
      button.textContent = words.copied
      button.addEventListener('blur', () => (button.textContent = words.copy), { once: true })
    })
  })
}
