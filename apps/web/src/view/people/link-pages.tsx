import { useMemo } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import type { LinkInfo, LinkKind, Self } from '../../state/people/api-types.ts'
import type { ApiResult } from '../../state/people/api-client.ts'
import { CredentialsForm } from '../../state/people/credentials-form.ts'
import { Loaded } from '../../state/people/loaded.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { PageHeader } from '../page-header.tsx'
import { useAccount, usePeopleWords } from './account-context.ts'
import { PasswordField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { LoadedView } from './loaded-view.tsx'
import { CredentialFields, FormFault } from './login-page.tsx'
import { PageHeading } from './page-heading.tsx'

/** `/register?invitation=…`: an account for one who was invited, or for anybody where that is open. */
export function RegisterPage({ invitation }: { invitation: string | null }) {
  const { api } = useAccount()
  const words = usePeopleWords()
  const { registerPage: page } = words
  const form = (
    <AccountForm
      submit={words.register}
      testId="register"
      ask={(fields) => {
        const credentials = fields.forRegistration()
        return (
          credentials &&
          (() => api.register({ ...credentials, ...(invitation !== null && { invitation }) }))
        )
      }}
    >
      <a class="button secondary" href="/login">
        {page.haveAccount}
      </a>
    </AccountForm>
  )
  if (invitation === null) {
    return (
      <LinkPage title={page.title} lead={page.openLead}>
        {form}
      </LinkPage>
    )
  }
  return (
    <CheckedLink kind="invitation" token={invitation} goneTitle={page.goneTitle} gone={page.gone}>
      {() => (
        <LinkPage title={page.title} lead={page.lead}>
          {form}
        </LinkPage>
      )}
    </CheckedLink>
  )
}

/** `/administrator/<token>`: the first administrator. */
export function AdministratorPage({ token }: { token: string }) {
  const { api, account } = useAccount()
  const { administratorPage: page } = usePeopleWords()
  const state = account.state.value
  const self = state.name === 'signed-in' ? state.home.self.value : undefined
  return (
    <CheckedLink kind="administrator" token={token} goneTitle={page.goneTitle} gone={page.gone}>
      {() =>
        self ? (
          <LinkPage title={page.title} lead={page.asSelfLead(titleOf(self))}>
            <AccountForm
              submit={page.asSelf(titleOf(self))}
              testId="become-administrator"
              isBare
              ask={() => () => api.becomeAdministrator(token)}
            />
          </LinkPage>
        ) : (
          <LinkPage title={page.title} lead={page.lead}>
            <AccountForm
              submit={page.submit}
              testId="register"
              ask={(form) => {
                const credentials = form.forRegistration()
                return credentials && (() => api.becomeAdministrator(token, credentials))
              }}
            />
          </LinkPage>
        )
      }
    </CheckedLink>
  )
}

/** `/reset/<token>`: a new password. */
export function ResetPage({ token }: { token: string }) {
  const { resetPage: page } = usePeopleWords()
  return (
    <CheckedLink kind="reset" token={token} goneTitle={page.goneTitle} gone={page.gone}>
      {({ name = '' }) => <ResetForm token={token} name={name} />}
    </CheckedLink>
  )
}

function ResetForm({ token, name }: { token: string; name: string }) {
  const { api } = useAccount()
  const words = usePeopleWords()
  const { resetPage: page } = words
  const form = useMemo(() => {
    const fresh = new CredentialsForm()
    fresh.type('name', name)
    return fresh
  }, [name])
  if (form.submission.isDone.value) {
    return (
      <LinkPage title={page.doneTitle} lead={page.done}>
        <a class="button primary" href="/login">
          {words.logIn}
        </a>
      </LinkPage>
    )
  }
  const submit = () => {
    const credentials = form.forRegistration()
    if (credentials) void form.submission.run(() => api.reset(token, credentials.password))
  }
  return (
    <LinkPage title={page.title} lead={page.lead(name)}>
      <Form class="card form" onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={name} hidden readOnly />
        <PasswordField
          id="password"
          testId="password"
          label={page.password}
          hint={words.login.newPasswordHint}
          autocomplete="new-password"
          value={form.password.value}
          fault={form.faultPlace.value === 'password' ? form.submission.fault.value : null}
          onType={(text) => form.type('password', text)}
          isRequired
        />
        <FormFault form={form} />
        <div class="form-actions">
          <button
            type="submit"
            class="primary"
            data-testid="set-password"
            aria-busy={form.submission.isBusy.value}
          >
            {form.submission.isBusy.value ? words.working : page.submit}
          </button>
        </div>
      </Form>
    </LinkPage>
  )
}

interface AccountFormProps {
  submit: string
  testId: string
  /** No fields: for one who is logged in. */
  isBare?: boolean
  /** What to ask of the server; undefined when the form says what is wrong. */
  ask: (form: CredentialsForm) => (() => Promise<ApiResult<{ user: Self }>>) | undefined
  children?: ComponentChildren
}

/** Makes an account, or changes one, and goes on logged in. */
function AccountForm({ submit, testId, isBare = false, ask, children }: AccountFormProps) {
  const { account, router } = useAccount()
  const words = usePeopleWords()
  const form = useMemo(() => new CredentialsForm(), [])
  const send = async () => {
    if (form.submission.isBusy.peek()) return
    const request = ask(form)
    const done = request && (await form.submission.run(request))
    if (!done) return
    account.enter(done.value.user)
    router.replace(done.value.user.isAdministrator ? '/admin' : '/people')
  }
  return (
    <Form class="card form" onSubmit={() => void send()}>
      {!isBare && <CredentialFields form={form} passwordAutocomplete="new-password" />}
      {!isBare && (
        <TextField
          id="display-name"
          label={words.registerPage.displayName}
          hint={words.registerPage.displayNameHint}
          autocomplete="name"
          value={form.displayName.value}
          maxLength={64}
          onType={(text) => form.type('displayName', text)}
        />
      )}
      <FormFault form={form} />
      <div class="form-actions">
        <button
          type="submit"
          class="primary"
          data-testid={testId}
          aria-busy={form.submission.isBusy.value}
        >
          {form.submission.isBusy.value ? words.working : submit}
        </button>
        {children}
      </div>
    </Form>
  )
}

interface CheckedLinkProps {
  kind: LinkKind
  token: string
  goneTitle: string
  gone: string
  children: (info: LinkInfo) => ComponentChildren
}

/** Asks whether a link still works before anybody fills in a form. */
function CheckedLink({ kind, token, goneTitle, gone, children }: CheckedLinkProps) {
  const { api } = useAccount()
  const words = usePeopleWords()
  const link = useMemo(() => new Loaded(() => api.link(kind, token)), [kind, token])
  const state = link.state.value
  if (state.name !== 'ready') {
    return (
      <LinkPage title={words.askingTitle} lead={state.name === 'loading' ? words.checkingLink : ''}>
        <LoadedView state={state} onRetry={() => void link.load()}>
          {() => null}
        </LoadedView>
      </LinkPage>
    )
  }
  if (state.value.isValid) return <>{children(state.value)}</>
  return (
    <LinkPage title={goneTitle} lead={gone}>
      <a class="button secondary" href="/login">
        {words.logIn}
      </a>
    </LinkPage>
  )
}

interface LinkPageProps {
  title: string
  lead: string
  children?: ComponentChildren
}

function LinkPage({ title, lead, children }: LinkPageProps) {
  return (
    <div class="page">
      <PageHeader />
      <main class="column sign-in">
        <PageHeading>{title}</PageHeading>
        <p class="lead" dir="auto">
          {lead}
        </p>
        {children}
      </main>
    </div>
  )
}
