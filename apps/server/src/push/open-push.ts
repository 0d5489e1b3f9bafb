import type { Clock, Logger } from '@duet/base'
import type { Network } from '../config/index.ts'
import type { Store } from '../store/store.ts'
import { resolveName } from './push-endpoint.ts'
import { createPushAddressTest } from './push-networks.ts'
import { PushService } from './push-service.ts'
import { loadVapidKeys } from './vapid-keys.ts'

export interface OpenPushOptions {
  store: Pick<Store, 'push' | 'accounts'>
  dataDirectory: string
  /** Private networks that push messages may go to. */
  allow: readonly Network[]
  /** Where this server is found; undefined while only this machine can open it. */
  origin: () => string | undefined
  clock: Clock
  logger: Logger
}

/** Push services want a contact, and this one reaches nobody: there is none to give. */
const NO_CONTACT = 'mailto:operator@duet.invalid'

/** Push messages with the keys of the data directory. Throws a StartError. */
export function openPush(options: OpenPushOptions): PushService {
  const { store, dataDirectory, allow, origin, clock, logger } = options
  return new PushService({
    store: store.push,
    keys: loadVapidKeys(dataDirectory),
    contact() {
      const known = origin()
      return known?.startsWith('https://') ? known : NO_CONTACT
    },
    async nameOf(id) {
      const user = await store.accounts.userById(id)
      return user?.displayName || (user?.name ?? '')
    },
    isOpen: createPushAddressTest(allow),
    resolve: resolveName,
    clock,
    logger,
  })
}
