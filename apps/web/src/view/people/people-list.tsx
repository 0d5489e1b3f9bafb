import { Search } from 'lucide'
import type { PersonInfo } from '@duet/protocol'
import { conversationPath } from '../../state/people/pages.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { presenceSentence } from '../../state/people/people-wording.ts'
import { Icon } from '../icon.tsx'
import { useAccount, usePeopleWords, useSaid, type Home } from './account-context.ts'
import { AddContact } from './add-contact.tsx'
import { Avatar } from './avatar.tsx'
import { CallButtons } from './call-buttons.tsx'
import { FaultText } from './fault-text.tsx'
import { PageHeading } from './page-heading.tsx'
import { Count } from './shell.tsx'

/** So many that one searches, rather than looks. */
const SEARCH_FROM = 6

export interface PeopleListProps {
  home: Home
  open: string | null | undefined
}

/** Everybody whom this user may see. */
export function PeopleList({ home, open }: PeopleListProps) {
  const { account } = useAccount()
  const words = usePeopleWords().people
  const { people } = home
  const shown = people.shown.value
  const isAsking = account.welcome.value?.people === 'contacts'
  const hasMany = people.people.value.length >= SEARCH_FROM || people.query.value !== ''
  return (
    <section class="people-list" aria-label={words.list}>
      {open === undefined ? (
        <PageHeading>{words.title}</PageHeading>
      ) : (
        <h2 class="list-title">{words.title}</h2>
      )}
      {hasMany && <SearchField home={home} />}
      {isAsking && people.people.value.length > 0 && <AddContact home={home} />}
      <FaultText fault={people.relation.fault.value} />
      {!people.isKnown.value && (
        <p class="hint" role="status">
          {usePeopleWords().loading}
        </p>
      )}
      <ul class="persons">
        {people.people.value.length > 0 && people.query.value === '' && (
          <EveryoneRow home={home} isOpen={open === null} />
        )}
        {shown.map((person) => (
          <PersonRow key={person.id} home={home} person={person} isOpen={open === person.name} />
        ))}
      </ul>
      {shown.length === 0 && people.query.value !== '' && (
        <div class="empty">
          <p class="hint" role="status">
            {words.none}
          </p>
          <button type="button" class="secondary" onClick={() => (people.query.value = '')}>
            {words.clearSearch}
          </button>
        </div>
      )}
    </section>
  )
}

function SearchField({ home }: { home: Home }) {
  const { search } = usePeopleWords().people
  return (
    <div class="search-field">
      <Icon of={Search} size={20} />
      <input
        type="search"
        aria-label={search}
        placeholder={search}
        data-testid="search-people"
        autoComplete="off"
        dir="auto"
        value={home.people.query.value}
        onInput={(event) => (home.people.query.value = event.currentTarget.value)}
      />
    </div>
  )
}

function EveryoneRow({ home, isOpen }: { home: Home; isOpen: boolean }) {
  const words = usePeopleWords().people
  const unread = home.people.unreadToAll.value
  return (
    <li class="person" data-open={isOpen}>
      <a
        class="person-link"
        href={conversationPath(null)}
        data-testid="everyone"
        aria-current={isOpen ? 'page' : undefined}
      >
        <Avatar name="" isGroup />
        <span class="person-words">
          <span class="person-name">{words.everyone}</span>
          <span class="person-status">{words.everyoneHint}</span>
        </span>
        {unread > 0 && <Count count={unread} label={words.unread(unread)} />}
      </a>
    </li>
  )
}

interface PersonRowProps {
  home: Home
  person: PersonInfo
  isOpen: boolean
}

function PersonRow({ home, person, isOpen }: PersonRowProps) {
  const said = useSaid()
  const words = said.words.people
  const { name, unread, presence, isBlocked, contact } = person
  const title = titleOf(person)
  return (
    <li
      class="person"
      data-open={isOpen}
      data-testid={`user-${name}`}
      data-presence={presence}
      data-contact={contact}
    >
      <a
        class="person-link"
        href={conversationPath(name)}
        aria-current={isOpen ? 'page' : undefined}
      >
        <Avatar name={title} presence={presence} />
        <span class="person-words">
          <span class="person-name">
            <bdi>{title}</bdi>
            {title.toLowerCase() !== name && <bdi class="person-handle">{name}</bdi>}
          </span>
          <span class="person-status">{presenceSentence(person, home.now.value, said)}</span>
        </span>
        {unread > 0 && <Count count={unread} label={words.unread(unread)} />}
      </a>
      {contact === 'asking' && !isBlocked ? (
        <Answer home={home} person={person} />
      ) : (
        !isBlocked && contact !== 'asked' && <CallButtons home={home} person={person} />
      )}
    </li>
  )
}

/** Yes or no to one who asks to be a contact. */
function Answer({ home, person }: { home: Home; person: PersonInfo }) {
  const words = usePeopleWords().people
  return (
    <span class="person-answer">
      <button
        type="button"
        class="primary"
        data-testid={`accept-contact-${person.name}`}
        onClick={() => void home.people.ask(person.id)}
      >
        {words.accept}
      </button>
      <button type="button" class="quiet" onClick={() => void home.people.removeContact(person.id)}>
        {words.decline}
      </button>
    </span>
  )
}
