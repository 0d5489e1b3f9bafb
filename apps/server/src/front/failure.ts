import { messageOf } from '@duet/base'

/** Why a request to another server failed, without its address, which may hold secrets. */
export function failureOf(error: unknown): string {
  const { code } = error instanceof Error ? (error as { code?: unknown }) : {}
  if (typeof code === 'string') return code
  return messageOf(error).replaceAll(/\b\w+:\/\/[^\s'"]+/g, '…')
}
