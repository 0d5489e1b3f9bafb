/** What went wrong, without addresses: `ECONNREFUSED`, or what the error says where it has no code. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') return code
  return error instanceof Error ? error.message : String(error)
}
