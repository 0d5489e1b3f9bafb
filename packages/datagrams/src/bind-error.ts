import { DuetError, messageOf } from '@duet/base'
import type { BindError } from './datagrams.ts'

/** What went wrong when binding, with a stable code and a sentence that names the port. */
export function bindError(
  cause: unknown,
  protocol: 'UDP' | 'TCP' | 'TLS',
  { host, port }: { host: string; port: number },
): BindError {
  const systemCode = (cause as { code?: unknown } | null)?.code
  if (systemCode === 'EADDRINUSE') {
    return new DuetError('port-in-use', `${protocol} port ${port} on ${host} is already in use`, {
      cause,
    })
  }
  if (systemCode === 'EADDRNOTAVAIL') {
    const message = `${host} is not an address of this machine (${protocol} port ${port})`
    return new DuetError('address-unavailable', message, { cause })
  }
  const message = `${protocol} port ${port} on ${host} cannot be opened: ${messageOf(cause)}`
  return new DuetError('bind-failed', message, { cause })
}
