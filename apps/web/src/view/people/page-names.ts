import type { PeopleWords } from '../../i18n/people-en.ts'
import { titleOf } from '../../state/people/people-model.ts'
import type { AccountPage } from '../../state/people/pages.ts'
import type { Home } from './account-context.ts'

/** The name of a page for the browser's tab, with what waits in front of it. */
export function tabTitle(page: AccountPage, words: PeopleWords, home: Home | undefined): string {
  const waiting = home ? home.people.unread.value + home.missed.value : 0
  const name = home ? memberPageName(page, words, home) : guestPageName(page, words)
  return `${waiting > 0 ? `(${Math.min(waiting, 99)}) ` : ''}${name} · Duet`
}

function guestPageName({ name }: AccountPage, words: PeopleWords): string {
  switch (name) {
    case 'register':
      return words.register
    case 'reset':
      return words.resetPage.title
    case 'administrator':
      return words.administratorPage.title
    default:
      return words.logIn
  }
}

function memberPageName(page: AccountPage, words: PeopleWords, home: Home): string {
  switch (page.name) {
    case 'conversation': {
      if (page.with === null) return words.people.everyone
      const person = home.people.byName(page.with)
      return person ? titleOf(person) : words.people.title
    }
    case 'calls':
      return words.calls.title
    case 'call':
      return words.calls.details
    case 'rooms':
      return words.rooms.title
    case 'settings':
      return words.settings.title
    case 'admin':
      return words.admin.title
    case 'reset':
    case 'administrator':
      return guestPageName(page, words)
    case 'lost':
      return words.lostTitle
    case 'people':
    case 'login':
    case 'register':
      return words.people.title
  }
}
