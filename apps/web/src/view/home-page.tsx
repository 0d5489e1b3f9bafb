import {
  ArrowRight,
  Clapperboard,
  MonitorUp,
  ShieldCheck,
  Stethoscope,
  Tv,
  UsersRound,
  Video,
} from 'lucide'
import { ROOM_NAME_SENTENCES } from '../i18n/error-sentences.ts'
import type { HomeAccount } from '../state/home-account.ts'
import type { HomeModel } from '../state/home-model.ts'
import { useApp, useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { PageHeader } from './page-header.tsx'
import { useHomeWords } from './use-home-words.ts'

export interface HomePageProps {
  home: HomeModel
  account: HomeAccount
  /** This browser keeps keys of recordings. */
  hasRecordings: boolean
  /** Devices can be told to trust the server's own certificate. */
  hasRoot: boolean
}

/** The start page. */
export function HomePage({ home, account, hasRecordings, hasRoot }: HomePageProps) {
  const words = useHomeWords()
  return (
    <div class="page">
      <PageHeader>
        <AccountLink account={account} />
      </PageHeader>
      <main class="column home">
        <h1>{words.tagline}</h1>
        <p class="lead">{words.about}</p>
        <div class="start">
          <button
            type="button"
            class="primary large"
            data-testid="start"
            onClick={() => home.start()}
          >
            <Icon of={Video} />
            {words.startCall}
          </button>
          <p class="hint">{words.startHint}</p>
        </div>
        <JoinByName home={home} />
        <TvLinks hasRecordings={hasRecordings} />
        <CheckLinks hasRoot={hasRoot} />
      </main>
    </div>
  )
}

/** To the login, or to the people for one who is logged in. */
function AccountLink({ account }: { account: HomeAccount }) {
  const words = useHomeWords()
  const state = account.state.value
  if (state === 'unknown') return null
  const isSignedIn = state === 'signed-in'
  return (
    <a class="quiet" href={isSignedIn ? '/people' : '/login'} data-testid="account-link">
      <Icon of={UsersRound} size={20} />
      {isSignedIn ? words.people : words.logIn}
    </a>
  )
}

/** For those who came for a larger screen, or for what was recorded. */
function TvLinks({ hasRecordings }: { hasRecordings: boolean }) {
  const { recordings } = useWords()
  const words = useHomeWords()
  return (
    <nav class="tv-links" aria-label={words.onTv}>
      <a class="quiet" href="/cast" data-testid="to-cast">
        <Icon of={MonitorUp} size={20} />
        {words.showOnTv}
      </a>
      <a class="quiet" href="/tv" data-testid="to-tv">
        <Icon of={Tv} size={20} />
        {words.beTv}
      </a>
      {hasRecordings && (
        <a class="quiet" href="/recordings" data-testid="to-recordings">
          <Icon of={Clapperboard} size={20} />
          {recordings}
        </a>
      )}
    </nav>
  )
}

/** For those who wonder whether it will work, and those whom the browser warned. */
function CheckLinks({ hasRoot }: { hasRoot: boolean }) {
  const words = useHomeWords()
  return (
    <p class="tv-links">
      <a class="quiet" href="/check" data-testid="to-check">
        <Icon of={Stethoscope} size={20} />
        {words.check}
      </a>
      {hasRoot && (
        <a class="quiet" href="/trust" data-testid="to-trust">
          <Icon of={ShieldCheck} size={20} />
          {words.trust}
        </a>
      )}
    </p>
  )
}

function JoinByName({ home }: { home: HomeModel }) {
  const { languages } = useApp()
  const words = useHomeWords()
  const fault = home.fault.value
  return (
    <form
      class="card join-by-name"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        home.submit()
      }}
    >
      <h2>{words.joinByName}</h2>
      <label for="room-name">{words.roomField}</label>
      <div class="field-row">
        <input
          id="room-name"
          data-testid="room-name"
          type="text"
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          placeholder={words.roomPlaceholder}
          value={home.text.value}
          aria-invalid={fault !== null}
          aria-describedby="room-name-hint"
          onInput={(event) => home.type(event.currentTarget.value)}
        />
        <button type="submit" class="secondary" data-testid="join-by-name">
          {words.go}
          <Icon of={ArrowRight} size={20} />
        </button>
      </div>
      <p id="room-name-hint" class={fault ? 'hint fault' : 'hint'} aria-live="polite">
        {fault ? ROOM_NAME_SENTENCES[fault][languages.language.value] : words.roomHint}
      </p>
    </form>
  )
}
