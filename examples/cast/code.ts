/** A code as the TV has it: people type small letters, and the gaps that they see. */
export function normalizeCode(typed: string): string {
  return typed.replaceAll(/[\s-]+/g, '').toUpperCase()
}

/** A code one letter at a time, for a screen reader. */
export function spellCode(code: string): string {
  return Array.from(code).join(' ')
}
