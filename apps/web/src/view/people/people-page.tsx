import { MessagesSquare } from 'lucide'
import type { Welcome } from '../../state/people/api-types.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { Icon } from '../icon.tsx'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { Alone } from './alone.tsx'
import { Conversation } from './conversation.tsx'
import { EmptyState } from './empty-state.tsx'
import { PeopleList } from './people-list.tsx'

export interface PeoplePageProps {
  home: Home
  /** Whose conversation is open; null: everyone's; undefined: none. */
  open: string | null | undefined
}

/** `/people` and `/people/<name>`: the list, and beside it what one writes to each other. */
export function PeoplePage({ home, open }: PeoplePageProps) {
  const { account } = useAccount()
  const words = usePeopleWords()
  const { people } = home
  const welcome = account.welcome.value
  const isAlone = people.isKnown.value && people.people.value.length === 0
  return (
    <main class="people-page" id="content">
      <PeopleList home={home} open={open} />
      <section class="people-side">
        {open === undefined ? (
          isAlone && welcome ? (
            <Alone home={home} welcome={welcome} />
          ) : (
            <div class="nobody-chosen">
              <Icon of={MessagesSquare} size={32} />
              <EmptyState title={words.people.chooseTitle} text={words.people.choose} />
            </div>
          )
        ) : (
          <OpenConversation home={home} open={open} welcome={welcome} />
        )}
      </section>
    </main>
  )
}

interface OpenConversationProps {
  home: Home
  open: string | null
  welcome: Welcome | null
}

function OpenConversation({ home, open }: OpenConversationProps) {
  const words = usePeopleWords()
  const { people } = home
  if (!people.isKnown.value) {
    return (
      <p class="hint waiting-line" role="status">
        {words.loading}
      </p>
    )
  }
  if (open === null) {
    return <Conversation key="everyone" home={home} title={words.people.everyone} />
  }
  const person = people.byName(open)
  if (!person) {
    return (
      <EmptyState title={words.conversation.lostTitle} text={words.conversation.lost}>
        <a class="button secondary" href="/people">
          {words.conversation.toPeople}
        </a>
      </EmptyState>
    )
  }
  return <Conversation key={person.id} home={home} person={person} title={titleOf(person)} />
}
