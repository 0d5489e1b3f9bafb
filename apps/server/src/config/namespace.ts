import { readlinkSync } from 'node:fs'

/**
 * Whether this process lives in a network namespace of its own, apart from the
 * machine's first process. False where that can't be told.
 */
export function isInNetworkNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') !== readlinkSync('/proc/1/ns/net')
  } catch {
    return false
  }
}
