import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Credentials, Self, Welcome } from '../../state/people/api-types.ts'
import type { ApiResult } from '../../state/people/api-client.ts'
import { CredentialsForm } from '../../state/people/credentials-form.ts'
import { loginFault } from '../../state/people/pages.ts'
import { PageHeader } from '../page-header.tsx'
import { useAccount, usePeopleWords } from './account-context.ts'
import { FaultText } from './fault-text.tsx'
import { PasswordField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { PageHeading } from './page-heading.tsx'

/** `/login`: one form with two buttons. */
export function LoginPage() {
  const { account, api, router } = useAccount()
  const words = usePeopleWords()
  const form = useMemo(() => new CredentialsForm(loginFault(router.place.peek())), [router])
  const intent = useMemo(() => signal<'login' | 'register'>('login'), [])
  const state = account.state.value
  const welcome = account.welcome.value
  const submit = async (
    credentials: Credentials | undefined,
    ask: (credentials: Credentials) => Promise<ApiResult<{ user: Self }>>,
  ) => {
    const done = credentials && (await form.submission.run(() => ask(credentials)))
    if (done) account.enter(done.value.user)
  }
  const login = () => {
    if (form.submission.isBusy.peek()) return
    intent.value = 'login'
    void submit(form.forLogin(), (credentials) => api.login(credentials))
  }
  const register = () => {
    if (form.submission.isBusy.peek()) return
    intent.value = 'register'
    void submit(form.forRegistration(), (credentials) => api.register(credentials))
  }
  const isBusy = form.submission.isBusy.value
  return (
    <div class="page">
      <PageHeader />
      <main class="column sign-in">
        <PageHeading>
          {welcome?.registration === 'open' ? words.login.title : words.logIn}
        </PageHeading>
        <p class="lead">
          {state.name === 'signed-out' && state.wasEnded
            ? words.signedOutElsewhere
            : words.login.lead}
        </p>
        <Form class="card form" onSubmit={login}>
          <CredentialFields form={form} passwordAutocomplete="current-password" />
          <FormFault form={form} />
          <div class="form-actions">
            <button type="submit" class="primary" data-testid="login" aria-busy={isBusy}>
              {isBusy && intent.value === 'login' ? words.working : words.logIn}
            </button>
            {welcome?.registration === 'open' && (
              <button
                type="button"
                class="secondary"
                data-testid="register"
                aria-busy={isBusy}
                onClick={register}
              >
                {isBusy && intent.value === 'register' ? words.working : words.register}
              </button>
            )}
          </div>
          {welcome && <RegistrationHint welcome={welcome} />}
        </Form>
        <p class="hint">{words.login.forgotten}</p>
        <p class="hint">
          <a class="text-link" href="/">
            {words.login.guest}
          </a>
        </p>
      </main>
    </div>
  )
}

function RegistrationHint({ welcome }: { welcome: Welcome }) {
  const words = usePeopleWords().login
  const hints = { open: words.noAccount, invitation: words.invitationOnly, closed: words.closed }
  return (
    <>
      <p class="hint">{hints[welcome.registration]}</p>
      {!welcome.hasAdministrator && <p class="hint">{words.noAdministrator}</p>}
    </>
  )
}

export interface CredentialFieldsProps {
  form: CredentialsForm
  passwordAutocomplete: 'current-password' | 'new-password'
}

/** The user name and the password, as every form that makes or opens an account asks for them. */
export function CredentialFields({ form, passwordAutocomplete }: CredentialFieldsProps) {
  const words = usePeopleWords().login
  const isNew = passwordAutocomplete === 'new-password'
  const place = form.faultPlace.value
  const fault = form.submission.fault.value
  return (
    <>
      <TextField
        id="username"
        testId="username"
        label={words.name}
        hint={isNew ? words.nameHint : undefined}
        autocomplete="username"
        value={form.name.value}
        fault={place === 'name' ? fault : null}
        onType={(text) => form.type('name', text)}
        isRequired
      />
      <PasswordField
        id="password"
        testId="password"
        label={words.password}
        hint={isNew ? words.newPasswordHint : words.passwordHint}
        autocomplete={passwordAutocomplete}
        value={form.password.value}
        fault={place === 'password' ? fault : null}
        onType={(text) => form.type('password', text)}
        isRequired
      />
    </>
  )
}

/** What is wrong with the whole form. */
export function FormFault({ form }: { form: CredentialsForm }) {
  return <FaultText fault={form.faultPlace.value === 'form' ? form.submission.fault.value : null} />
}
