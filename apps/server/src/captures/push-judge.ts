import type { Network } from '../config/index.ts'
import { resolveName, targetOf, type Resolve } from '../push/push-endpoint.ts'
import { createPushAddressTest } from '../push/push-networks.ts'

/** Whether a broadcast may be sent to this address. Never rejects. */
export type JudgePush = (url: string) => Promise<boolean>

/**
 * Lets broadcasts go into the internet, and to networks that are allowed: whoever is in a call names the
 * address, and must not make this server talk to others of its own network.
 */
export function createPushJudge(
  allow: readonly Network[],
  resolve: Resolve = resolveName,
): JudgePush {
  const isOpen = createPushAddressTest(allow)
  return async (text) => {
    const url = URL.parse(text)
    if (!url || url.hostname === '') return false
    const target = await targetOf(url, { isOpen, resolve }).catch(() => undefined)
    return target !== undefined
  }
}
