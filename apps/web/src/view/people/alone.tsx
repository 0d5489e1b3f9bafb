import { useMemo } from 'preact/hooks'
import { AdminModel } from '../../state/people/admin-model.ts'
import type { Welcome } from '../../state/people/api-types.ts'
import { linkOrigin } from '../../state/addresses.ts'
import { useAccount, usePeopleWords, type Home } from './account-context.ts'
import { AddContact } from './add-contact.tsx'
import { EmptyState } from './empty-state.tsx'
import { FaultText } from './fault-text.tsx'
import { LinkField } from './link-field.tsx'

/** Nobody else is here yet: how somebody comes. */
export function Alone({ home, welcome }: { home: Home; welcome: Welcome }) {
  const { addresses } = useAccount()
  const { people: words } = usePeopleWords()
  if (welcome.people === 'contacts') {
    return (
      <div class="alone">
        <EmptyState title={words.aloneTitle} text={words.aloneContacts}>
          <AddContact home={home} />
        </EmptyState>
      </div>
    )
  }
  if (home.self.value.isAdministrator && welcome.registration !== 'open') return <AloneInviting />
  const isOpen = welcome.registration === 'open'
  return (
    <div class="alone">
      <EmptyState title={words.aloneTitle} text={isOpen ? words.alone : words.aloneClosed}>
        {isOpen && (
          <LinkField
            url={`${linkOrigin(location.origin, addresses)}/register`}
            label={words.registrationLink}
          />
        )}
      </EmptyState>
    </div>
  )
}

function AloneInviting() {
  const { api } = useAccount()
  const { people: words } = usePeopleWords()
  const admin = useMemo(() => new AdminModel(api), [])
  const url = admin.invitation.value
  return (
    <div class="alone">
      <EmptyState title={words.aloneTitle} text={words.aloneInvitation}>
        {url === null ? (
          <button
            type="button"
            class="primary"
            aria-busy={admin.inviting.isBusy.value}
            onClick={() => void admin.invite()}
          >
            {words.makeInvitation}
          </button>
        ) : (
          <LinkField url={url} label={words.invitationLink} />
        )}
        <FaultText fault={admin.inviting.fault.value} />
      </EmptyState>
    </div>
  )
}
