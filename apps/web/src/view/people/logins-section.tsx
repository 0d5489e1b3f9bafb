import { MonitorSmartphone } from 'lucide'
import type { LoginInfo } from '../../state/people/api-types.ts'
import { agoOf } from '../../state/people/said-when.ts'
import type { SettingsModel } from '../../state/people/settings-model.ts'
import { Icon } from '../icon.tsx'
import { usePeopleWords, useSaid, type Home } from './account-context.ts'
import { FaultText } from './fault-text.tsx'
import { LoadedView } from './loaded-view.tsx'

/** Where this user is logged in, and how to end that. */
export function LoginsSection({ home, model }: { home: Home; model: SettingsModel }) {
  const words = usePeopleWords().settings
  return (
    <section class="card form">
      <h2>{words.devices}</h2>
      <LoadedView state={model.logins.state.value} onRetry={() => void model.logins.load()}>
        {(logins) => (
          <ul class="rows">
            {logins.map((login) => (
              <LoginRow key={login.id} home={home} model={model} login={login} />
            ))}
          </ul>
        )}
      </LoadedView>
      <FaultText fault={model.revocation.fault.value} />
    </section>
  )
}

interface LoginRowProps {
  home: Home
  model: SettingsModel
  login: LoginInfo
}

function LoginRow({ home, model, login }: LoginRowProps) {
  const said = useSaid()
  const words = said.words.settings
  return (
    <li class="row" data-testid="login-row" data-current={login.isCurrent}>
      <Icon of={MonitorSmartphone} size={20} />
      <span class="person-words">
        <span class="person-name">
          <bdi>{login.label}</bdi>
        </span>
        <span class="person-status">
          {login.isCurrent
            ? words.thisDevice
            : words.lastUsed(agoOf(login.usedAt, home.now.value, said))}
          {' · '}
          <bdi>{login.address}</bdi>
        </span>
      </span>
      {!login.isCurrent && (
        <button
          type="button"
          class="secondary"
          data-testid="revoke"
          aria-label={words.revokeThis(login.label)}
          onClick={() => void model.revoke(login.id)}
        >
          {words.revoke}
        </button>
      )}
    </li>
  )
}
