import { useMemo, useState } from 'preact/hooks'
import { AdminModel } from '../../state/people/admin-model.ts'
import { REGISTRATION_MODES, type ServerOverview } from '../../state/people/api-types.ts'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { AdminUsers } from './admin-users.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { EmptyState } from './empty-state.tsx'
import { FaultText } from './fault-text.tsx'
import { LinkField } from './link-field.tsx'
import { LoadedView } from './loaded-view.tsx'
import { PageHeading } from './page-heading.tsx'
import { Switch } from './switch.tsx'

/** `/admin`: what administrators set for everybody. */
export function AdminPage({ home }: { home: Home }) {
  const words = usePeopleWords()
  return (
    <main class="column settings" id="content">
      <PageHeading>{words.admin.title}</PageHeading>
      {home.self.value.isAdministrator ? (
        <Administration home={home} />
      ) : (
        <EmptyState title={words.admin.title} text={words.admin.notYours}>
          <a class="button secondary" href="/people">
            {words.conversation.toPeople}
          </a>
        </EmptyState>
      )}
    </main>
  )
}

function Administration({ home }: { home: Home }) {
  const { api } = useAccount()
  const model = useMemo(() => new AdminModel(api), [home])
  return (
    <LoadedView state={model.overview.state.value} onRetry={() => void model.overview.load()}>
      {(overview) => (
        <>
          <Registration model={model} overview={overview} />
          <Invitations model={model} />
          <AdminUsers home={home} model={model} users={overview.users} />
        </>
      )}
    </LoadedView>
  )
}

function Registration({ model, overview }: { model: AdminModel; overview: ServerOverview }) {
  const words = usePeopleWords().admin
  return (
    <section class="card form">
      <h2 id="registration-title">{words.registration}</h2>
      <div role="radiogroup" aria-labelledby="registration-title" class="choices">
        {REGISTRATION_MODES.map((mode) => (
          <label key={mode} class="choice">
            <input
              type="radio"
              name="registration"
              value={mode}
              data-testid={`registration-${mode}`}
              checked={overview.registration === mode}
              onChange={() => void model.change({ registration: mode })}
            />
            {words.modes[mode]}
          </label>
        ))}
      </div>
      <Switch
        label={words.writeToAll}
        hint={words.writeToAllHint}
        isOn={overview.mayAllWriteToAll}
        testId="write-to-all"
        onToggle={(mayAllWriteToAll) => void model.change({ mayAllWriteToAll })}
      />
      <FaultText fault={model.settings.fault.value} />
    </section>
  )
}

function Invitations({ model }: { model: AdminModel }) {
  const words = usePeopleWords().admin
  const { people } = usePeopleWords()
  const [isRevoking, setRevoking] = useState(false)
  const url = model.invitation.value
  return (
    <section class="card">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void model.invite()
        }}
      >
        <h2>{words.invitations}</h2>
        <p class="hint">{words.invitationsHint}</p>
        <div class="numbers">
          <NumberField
            id="uses"
            label={words.uses}
            value={model.uses.value}
            most={1000}
            onType={(uses) => (model.uses.value = uses)}
          />
          <NumberField
            id="days"
            label={words.days}
            value={model.days.value}
            most={365}
            onType={(days) => (model.days.value = days)}
          />
        </div>
        <div class="form-actions">
          <button
            type="submit"
            class="secondary"
            data-testid="make-invitation"
            aria-busy={model.inviting.isBusy.value}
          >
            {words.makeLink}
          </button>
        </div>
        {url !== null && <LinkField url={url} label={people.invitationLink} />}
        <FaultText fault={model.inviting.fault.value} />
        <div class="form-actions">
          <button type="button" class="quiet" onClick={() => setRevoking(true)}>
            {words.revokeAll}
          </button>
        </div>
        <p class="hint" role="status">
          {model.revocation.isDone.value && words.revoked}
        </p>
      </form>
      {isRevoking && (
        <ConfirmDialog
          title={words.revokeAllTitle}
          text={words.revokeAllText}
          action={words.revokeAll}
          isBusy={model.revocation.isBusy.value}
          fault={model.revocation.fault.value}
          onConfirm={() =>
            void model.revokeInvitations().then((isDone) => isDone && setRevoking(false))
          }
          onCancel={() => setRevoking(false)}
        />
      )}
    </section>
  )
}

interface NumberFieldProps {
  id: string
  label: string
  value: number
  most: number
  onType: (value: number) => void
}

function NumberField({ id, label, value, most, onType }: NumberFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={1}
        max={most}
        step={1}
        required
        value={value}
        onInput={(event) => {
          const { valueAsNumber } = event.currentTarget
          if (Number.isInteger(valueAsNumber)) onType(valueAsNumber)
        }}
      />
    </div>
  )
}
