import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ServerAddresses } from '../../state/addresses.ts'
import { PEOPLE_WORDS } from '../../i18n/people-words.ts'
import type { PeopleWords } from '../../i18n/people-en.ts'
import type { AccountModel } from '../../state/people/account.ts'
import type { ApiClient } from '../../state/people/api-client.ts'
import type { Router } from '../../state/people/router.ts'
import type { Said } from '../../state/people/said-when.ts'
import type { SignedIn } from '../../state/people/signed-in.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import type { PushModel } from '../../state/ringing/push-model.ts'
import { useApp } from '../app-context.ts'

/** What a login brings on these pages. */
export type Home = SignedIn<CallsModel>

/** What every component of the account pages may need. */
export interface AccountContext {
  account: AccountModel<Home>
  router: Router
  api: ApiClient
  addresses: ServerAddresses
  push: PushModel
}

export const AccountContext = createContext<AccountContext | null>(null)

export function useAccount(): AccountContext {
  const context = useContext(AccountContext)
  if (!context) throw new TypeError('a component stands outside of AccountContext')
  return context
}

/** The account pages' words in the language now shown. */
export function usePeopleWords(): PeopleWords {
  return PEOPLE_WORDS[useApp().languages.language.value]
}

/** What moments are said with. */
export function useSaid(): Said {
  return { words: usePeopleWords(), language: useApp().languages.language.value }
}
