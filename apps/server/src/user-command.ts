import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf, systemClock, type Logger } from '@duet/base'
import { normalizeUserName } from '@duet/protocol'
import { knownOrigin } from './accounts/known-origin.ts'
import { Links } from './accounts/links.ts'
import { nearestName, type Config } from './config/index.ts'
import { StartError } from './start-error.ts'
import { openStore, StoreError, type Store } from './store/index.ts'

const SQLITE_FILE = 'duet.sqlite'

/** What a command came to: a text to print, or a sentence to complain with. */
export type CommandResult = { text: string } | { problem: string }

/** Makes a link that sets the password of this user, also while the server runs. */
export async function resetUser(
  name: string,
  config: Config,
  logger: Logger,
): Promise<CommandResult> {
  const dataDirectory = resolve(config.data)
  // Opening would make one, in the wrong place.
  if (config.database === 'sqlite' && !existsSync(join(dataDirectory, SQLITE_FILE))) {
    return {
      problem:
        `There is no database in ${dataDirectory}: ` +
        'give this command the flags of the server, such as --data.',
    }
  }
  let store: Store | undefined
  try {
    const { database } = config
    store = await openStore({ database, dataDirectory, clock: systemClock, logger })
    return await resetIn(store, name, config)
  } catch (error) {
    if (error instanceof StartError) return { problem: error.message }
    if (error instanceof StoreError) {
      return { problem: `The database can't be used (${messageOf(error)}): try again.` }
    }
    throw error
  } finally {
    await store?.close()
  }
}

async function resetIn(store: Store, name: string, config: Config): Promise<CommandResult> {
  const normalized = normalizeUserName(name)
  const user = normalized.ok ? await store.accounts.userByName(normalized.name) : undefined
  if (!user) {
    const users = await store.accounts.users()
    const nearest = nearestName(
      name,
      users.map((known) => known.name),
    )
    return { problem: `There is no user ${name}${nearest ? `; did you mean ${nearest}?` : '.'}` }
  }
  const path = await new Links(store.accounts, systemClock).reset(user.id)
  const origin = (await knownOrigin(store.settings)) ?? `http://localhost:${config.http[0] ?? 8080}`
  return {
    text: `With this link ${user.name} sets a new password, once, within 24 hours:\n\n${origin}${path}`,
  }
}
