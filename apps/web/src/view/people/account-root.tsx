import type { ComponentChildren } from 'preact'
import { PageHeader } from '../page-header.tsx'
import { CallLayer } from '../ringing/call-layer.tsx'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { AdminPage } from './admin-page.tsx'
import { CallRecordPage } from './call-record-page.tsx'
import { CallsPage } from './calls-page.tsx'
import { FaultText } from './fault-text.tsx'
import { AdministratorPage, RegisterPage, ResetPage } from './link-pages.tsx'
import { LoginPage } from './login-page.tsx'
import { PageHeading } from './page-heading.tsx'
import { PeoplePage } from './people-page.tsx'
import { RoomsPage } from './rooms-page.tsx'
import { SettingsPage } from './settings-page.tsx'
import { Shell } from './shell.tsx'

/** Whatever page of accounts the address names, and over it the calls of one who is logged in. */
export function AccountRoot() {
  const { account } = useAccount()
  const state = account.state.value
  return (
    <>
      <CurrentPage />
      {state.name === 'signed-in' && <CallLayer key={state.home.calls} calls={state.home.calls} />}
    </>
  )
}

function CurrentPage() {
  const { account, router } = useAccount()
  const words = usePeopleWords()
  const state = account.state.value
  const page = router.page.value
  if (state.name === 'asking') return <Waiting title={words.askingTitle}>{words.asking}</Waiting>
  if (state.name === 'unreachable') {
    return (
      <Waiting title={words.unreachableTitle}>
        <FaultText fault={state.fault} />
        <button type="button" class="primary" onClick={() => void account.ask()}>
          {words.retry}
        </button>
      </Waiting>
    )
  }
  // Forms that follow a link are for everybody.
  if (page.name === 'reset') return <ResetPage key={page.token} token={page.token} />
  if (page.name === 'administrator') {
    return <AdministratorPage key={page.token} token={page.token} />
  }
  if (state.name === 'signed-in') return <Member home={state.home} />
  if (page.name === 'register') return <RegisterPage invitation={page.invitation} />
  return <LoginPage />
}

/** A page for one who is logged in. */
function Member({ home }: { home: Home }) {
  const { router } = useAccount()
  const page = router.page.value
  return (
    <Shell home={home} page={page}>
      <MemberPage home={home} />
    </Shell>
  )
}

function MemberPage({ home }: { home: Home }) {
  const { router } = useAccount()
  const words = usePeopleWords()
  const page = router.page.value
  switch (page.name) {
    case 'conversation':
      return <PeoplePage home={home} open={page.with} />
    case 'calls':
      return <CallsPage home={home} />
    case 'call':
      return <CallRecordPage key={page.id} home={home} id={page.id} />
    case 'rooms':
      return <RoomsPage home={home} />
    case 'settings':
      return <SettingsPage home={home} />
    case 'admin':
      return <AdminPage home={home} />
    case 'lost':
      return (
        <main class="column" id="content">
          <PageHeading>{words.lostTitle}</PageHeading>
          <p class="lead">{words.lost}</p>
          <p>
            <a class="button primary" href="/people">
              {words.conversation.toPeople}
            </a>
          </p>
        </main>
      )
    // The pages of those who are not logged in lead on at once.
    case 'people':
    case 'login':
    case 'register':
    case 'reset':
    case 'administrator':
      return <PeoplePage home={home} open={undefined} />
  }
}

function Waiting({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <h1>{title}</h1>
        <div class="lead" role="status">
          {children}
        </div>
      </main>
    </div>
  )
}
