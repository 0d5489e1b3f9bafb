import { Stethoscope } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import { SettingsModel } from '../../state/people/settings-model.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { LanguageButton } from '../language-button.tsx'
import { THEME_ICONS } from '../page-header.tsx'
import { RingSettings } from '../ringing/ring-settings.tsx'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { FaultText } from './fault-text.tsx'
import { PasswordField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { LoginsSection } from './logins-section.tsx'
import { PageHeading } from './page-heading.tsx'
import { Switch } from './switch.tsx'

/** `/settings`: what a user may change of its own account and of this device. */
export function SettingsPage({ home }: { home: Home }) {
  const { api, account, push } = useAccount()
  const words = usePeopleWords().settings
  const model = useMemo(
    () =>
      new SettingsModel({
        api,
        self: () => home.self.peek(),
        onSelf: (self) => home.setSelf(self),
        onDeleted: () => account.forget(),
      }),
    [home],
  )
  return (
    <main class="column settings" id="content">
      <PageHeading>{words.title}</PageHeading>
      <You home={home} model={model} />
      <RingSettings sound={home.calls.options.ports.sound} push={push} />
      <Look />
      <CheckLink />
      <PasswordSection home={home} model={model} />
      <LoginsSection home={home} model={model} />
      <DeleteSection model={model} />
    </main>
  )
}

interface SectionProps {
  home: Home
  model: SettingsModel
}

function You({ home, model }: SectionProps) {
  const words = usePeopleWords()
  const { settings } = words
  const { naming, disturbing } = model
  const self = home.self.value
  return (
    <section class="card form">
      <h2>{settings.you}</h2>
      <Form class="form" onSubmit={() => void model.saveName()}>
        <TextField
          id="display-name"
          testId="display-name"
          label={settings.displayName}
          hint={settings.userName(self.name)}
          autocomplete="name"
          maxLength={64}
          value={model.displayName.value}
          onType={(text) => {
            model.displayName.value = text
            naming.clear()
          }}
        />
        <FaultText fault={naming.fault.value} />
        <div class="form-actions">
          <button
            type="submit"
            class="secondary"
            data-testid="save-name"
            aria-busy={naming.isBusy.value}
          >
            {words.save}
          </button>
          <span role="status" class="hint">
            {naming.isDone.value && words.saved}
          </span>
        </div>
      </Form>
      <Switch
        label={settings.doNotDisturb}
        hint={settings.doNotDisturbHint}
        isOn={self.doNotDisturb}
        testId="do-not-disturb"
        onToggle={(isOn) => void model.setDoNotDisturb(isOn)}
      />
      <FaultText fault={disturbing.fault.value} />
    </section>
  )
}

function Look() {
  const { languages, themes } = useApp()
  const words = languages.words.value
  const { look } = usePeopleWords().settings
  const theme = themes.theme.value
  return (
    <section class="card form">
      <h2>{look}</h2>
      <div class="form-actions">
        <LanguageButton look="secondary" />
        <button type="button" class="secondary" data-testid="theme" onClick={() => themes.next()}>
          <Icon of={THEME_ICONS[theme]} size={20} />
          {words.theme.label}: {words.theme[theme]}
        </button>
      </div>
    </section>
  )
}

function CheckLink() {
  const { check, checkHint, checkLink } = usePeopleWords().settings
  return (
    <section class="card form">
      <h2>{check}</h2>
      <p class="hint">{checkHint}</p>
      <div class="form-actions">
        <a class="button secondary" href="/check" data-testid="to-check">
          <Icon of={Stethoscope} size={20} />
          {checkLink}
        </a>
      </div>
    </section>
  )
}

function PasswordSection({ home, model }: SectionProps) {
  const words = usePeopleWords()
  const { settings } = words
  const { passwordChange } = model
  const fault = passwordChange.fault.value
  return (
    <section class="card">
      <Form class="form" onSubmit={() => void model.changePassword()}>
        <h2>{settings.password}</h2>
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={home.self.value.name}
          hidden
          readOnly
        />
        <PasswordField
          id="current-password"
          testId="current-password"
          label={settings.current}
          autocomplete="current-password"
          value={model.currentPassword.value}
          fault={fault?.code === 'wrong-credentials' ? { code: 'wrong-password' } : null}
          onType={(text) => {
            model.currentPassword.value = text
            passwordChange.clear()
          }}
        />
        <PasswordField
          id="new-password"
          testId="new-password"
          label={settings.next}
          hint={words.login.newPasswordHint}
          autocomplete="new-password"
          value={model.nextPassword.value}
          fault={fault?.code === 'weak-password' ? fault : null}
          onType={(text) => {
            model.nextPassword.value = text
            passwordChange.clear()
          }}
        />
        <FaultText
          fault={
            fault && !['wrong-credentials', 'weak-password'].includes(fault.code) ? fault : null
          }
        />
        <div class="form-actions">
          <button
            type="submit"
            class="secondary"
            data-testid="change-password"
            aria-busy={passwordChange.isBusy.value}
          >
            {settings.change}
          </button>
        </div>
        <p role="status" class="hint">
          {passwordChange.isDone.value && settings.changed}
        </p>
      </Form>
    </section>
  )
}

function DeleteSection({ model }: { model: SettingsModel }) {
  const { settings, login } = usePeopleWords()
  const [isAsking, setAsking] = useState(false)
  const fault = model.deletion.fault.value
  return (
    <section class="card form">
      <h2>{settings.deleteTitle}</h2>
      <p class="hint">{settings.deleteHint}</p>
      <div class="form-actions">
        <button
          type="button"
          class="secondary danger-text"
          data-testid="delete-account"
          onClick={() => setAsking(true)}
        >
          {settings.deleteTitle}
        </button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={settings.deleteConfirm}
          text={settings.deleteText}
          action={settings.deleteButton}
          isBusy={model.deletion.isBusy.value}
          fault={fault?.code === 'wrong-credentials' ? { code: 'wrong-password' } : fault}
          onConfirm={() => void model.deleteAccount()}
          onCancel={() => {
            setAsking(false)
            model.deletePassword.value = ''
            model.deletion.clear()
          }}
        >
          <PasswordField
            id="delete-password"
            testId="delete-password"
            label={login.password}
            autocomplete="current-password"
            value={model.deletePassword.value}
            onType={(text) => (model.deletePassword.value = text)}
          />
        </ConfirmDialog>
      )}
    </section>
  )
}
