import { DoorOpen, LogOut, Phone, Server, Settings, UsersRound, WifiOff } from 'lucide'
import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { AccountPage } from '../../state/people/pages.ts'
import { Submission } from '../../state/people/submission.ts'
import { Icon } from '../icon.tsx'
import { Logo } from '../logo.tsx'
import { RingHint } from '../ringing/ring-hint.tsx'
import { useWords } from '../app-context.ts'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { FaultText } from './fault-text.tsx'

export interface ShellProps {
  home: Home
  page: AccountPage
  children: ComponentChildren
}

/** What stands around every page of one who is logged in. */
export function Shell({ home, page, children }: ShellProps) {
  const { account } = useAccount()
  const words = usePeopleWords()
  const { appName } = useWords()
  const leaving = useMemo(() => new Submission(), [home])
  return (
    <div class="account" data-page={page.name}>
      <a class="secondary skip" href="#content">
        {words.nav.skip}
      </a>
      <header class="account-header">
        <a class="brand" href="/people" aria-label={`${appName}: ${words.nav.people}`}>
          <Logo size={28} />
          <span>{appName}</span>
        </a>
        <Tabs home={home} page={page} />
        <button
          type="button"
          class="quiet log-out"
          data-testid="logout"
          title={words.logOut}
          aria-label={words.logOut}
          aria-busy={leaving.isBusy.value}
          onClick={() => void leaving.run(() => account.logout())}
        >
          <Icon of={LogOut} size={20} />
          <span class="wide-only">{words.logOut}</span>
        </button>
      </header>
      <Connection home={home} />
      <FaultText fault={leaving.fault.value} />
      {page.name === 'people' && <RingHint sound={home.calls.options.ports.sound} />}
      {children}
    </div>
  )
}

/** The pages: above on a large screen, below on a small one. */
function Tabs({ home, page }: { home: Home; page: AccountPage }) {
  const { nav } = usePeopleWords()
  const missed = home.missed.value
  const unread = home.people.unread.value
  return (
    <nav class="tabs" aria-label={nav.label}>
      <Tab
        icon={UsersRound}
        label={nav.people}
        href="/people"
        isHere={page.name === 'people' || page.name === 'conversation'}
        count={unread}
        countLabel={usePeopleWords().people.unread(unread)}
      />
      <Tab
        icon={Phone}
        label={nav.calls}
        href="/calls"
        isHere={page.name === 'calls' || page.name === 'call'}
        count={missed}
        countLabel={nav.callsMissed(missed)}
      />
      <Tab icon={DoorOpen} label={nav.rooms} href="/rooms" isHere={page.name === 'rooms'} />
      <Tab
        icon={Settings}
        label={nav.settings}
        href="/settings"
        isHere={page.name === 'settings'}
      />
      {home.self.value.isAdministrator && (
        <Tab icon={Server} label={nav.admin} href="/admin" isHere={page.name === 'admin'} />
      )}
    </nav>
  )
}

interface TabProps {
  icon: IconNode
  label: string
  href: string
  isHere: boolean
  count?: number
  countLabel?: string
}

function Tab({ icon, label, href, isHere, count = 0, countLabel = '' }: TabProps) {
  return (
    <a
      class="tab"
      href={href}
      aria-current={isHere ? 'page' : undefined}
      data-testid={`tab-${href.slice(1)}`}
    >
      <Icon of={icon} size={20} />
      {label}
      {count > 0 && <Count count={count} label={countLabel} />}
    </a>
  )
}

/** How many things wait, as a mark and in words. */
export function Count({ count, label }: { count: number; label: string }) {
  return (
    <span class="count">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span class="visually-hidden">{label}</span>
    </span>
  )
}

function Connection({ home }: { home: Home }) {
  const words = usePeopleWords()
  return (
    <div role="status" class="connection">
      {home.connection.value === 'offline' && (
        <p data-testid="offline">
          <Icon of={WifiOff} size={16} />
          {words.offline}
        </p>
      )}
    </div>
  )
}
