import { useState } from 'preact/hooks'
import type { PersonInfo } from '@duet/protocol'
import { titleOf } from '../../state/people/people-model.ts'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Menu } from './menu.tsx'

/** What one may do about a person, but call and write. */
export function PersonMenu({ home, person }: { home: Home; person: PersonInfo }) {
  const { account } = useAccount()
  const words = usePeopleWords().people
  const { people } = home
  const [question, setQuestion] = useState<'block' | 'remove' | null>(null)
  const isAsking = account.welcome.value?.people === 'contacts'
  const title = titleOf(person)
  const done = (ask: Promise<unknown>) => {
    void ask.then((result) => result !== undefined && setQuestion(null))
  }
  return (
    <>
      <Menu label={words.menu(title)} testId={`menu-${person.name}`}>
        {isAsking && person.contact === 'none' && (
          <button type="button" class="menu-item" onClick={() => void people.ask(person.id)}>
            {words.ask}
          </button>
        )}
        {isAsking && person.contact === 'asked' && (
          <button
            type="button"
            class="menu-item"
            onClick={() => void people.removeContact(person.id)}
          >
            {words.withdraw}
          </button>
        )}
        {isAsking && person.contact === 'accepted' && (
          <button type="button" class="menu-item" onClick={() => setQuestion('remove')}>
            {words.removeContact}
          </button>
        )}
        {person.isBlocked ? (
          <button
            type="button"
            class="menu-item"
            data-testid="unblock"
            onClick={() => void people.unblock(person.id)}
          >
            {words.unblock}
          </button>
        ) : (
          <button
            type="button"
            class="menu-item"
            data-testid="block"
            onClick={() => setQuestion('block')}
          >
            {words.block}
          </button>
        )}
      </Menu>
      {question === 'block' && (
        <ConfirmDialog
          title={words.blockTitle(title)}
          text={words.blockText}
          action={words.block}
          isBusy={people.relation.isBusy.value}
          fault={people.relation.fault.value}
          onConfirm={() => done(people.block(person.id))}
          onCancel={() => setQuestion(null)}
        />
      )}
      {question === 'remove' && (
        <ConfirmDialog
          title={words.removeTitle(title)}
          text={words.removeText}
          action={words.removeContact}
          isBusy={people.relation.isBusy.value}
          fault={people.relation.fault.value}
          onConfirm={() => done(people.removeContact(person.id))}
          onCancel={() => setQuestion(null)}
        />
      )}
    </>
  )
}
