import { useState } from 'preact/hooks'
import type { AdminModel } from '../../state/people/admin-model.ts'
import type { AdminUser } from '../../state/people/api-types.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { agoOf, momentOf } from '../../state/people/said-when.ts'
import { usePeopleWords, useSaid, type Home } from './account-context.ts'
import { Avatar } from './avatar.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { FaultText } from './fault-text.tsx'
import { LinkField } from './link-field.tsx'
import { Menu } from './menu.tsx'

export interface AdminUsersProps {
  home: Home
  model: AdminModel
  users: readonly AdminUser[]
}

/** All accounts, and what may be done about them. */
export function AdminUsers({ home, model, users }: AdminUsersProps) {
  const words = usePeopleWords().admin
  const [deleting, setDeleting] = useState<AdminUser | null>(null)
  return (
    <section class="card form">
      <h2>{words.users}</h2>
      <p class="hint">{words.userCount(users.length)}</p>
      <FaultText fault={deleting ? null : model.userChange.fault.value} />
      <ul class="rows">
        {users.map((user) => (
          <UserRow
            key={user.id}
            home={home}
            model={model}
            user={user}
            onDelete={() => setDeleting(user)}
          />
        ))}
      </ul>
      {deleting && (
        <ConfirmDialog
          title={words.deleteUserTitle(titleOf(deleting))}
          text={words.deleteUserText}
          action={words.deleteUser}
          isBusy={model.userChange.isBusy.value}
          fault={model.userChange.fault.value}
          onConfirm={() =>
            void model.deleteUser(deleting.id).then((isGone) => isGone && setDeleting(null))
          }
          onCancel={() => setDeleting(null)}
        />
      )}
    </section>
  )
}

interface UserRowProps {
  home: Home
  model: AdminModel
  user: AdminUser
  onDelete: () => void
}

function UserRow({ home, model, user, onDelete }: UserRowProps) {
  const said = useSaid()
  const words = said.words.admin
  const title = titleOf(user)
  const now = home.now.value
  const isSelf = user.id === home.self.value.id
  const link = model.resetLink.value
  const facts = [
    user.isAdministrator && words.administrator,
    words.since(momentOf(user.createdAt, now, said)),
    user.lastSeenAt !== null && said.words.people.lastSeen(agoOf(user.lastSeenAt, now, said)),
  ].filter((fact) => fact !== false)
  return (
    <li class="admin-user" data-testid={`admin-user-${user.name}`}>
      <div class="row">
        <Avatar name={title} />
        <span class="person-words">
          <span class="person-name">
            <bdi>{title}</bdi>
            {title.toLowerCase() !== user.name && <bdi class="person-handle">{user.name}</bdi>}
          </span>
          <span class="person-status">{facts.join(' · ')}</span>
        </span>
        {!isSelf && (
          <Menu label={words.menu(title)}>
            <button
              type="button"
              class="menu-item"
              data-testid="make-reset"
              onClick={() => void model.makeReset(user.id)}
            >
              {words.makeReset}
            </button>
            <button
              type="button"
              class="menu-item"
              onClick={() => void model.setAdministrator(user.id, !user.isAdministrator)}
            >
              {user.isAdministrator ? words.demote : words.promote}
            </button>
            <button type="button" class="menu-item danger-text" onClick={onDelete}>
              {words.deleteUser}
            </button>
          </Menu>
        )}
      </div>
      {link?.user === user.id && (
        <div class="made" role="status">
          <p class="hint">{words.resetHint}</p>
          <LinkField url={link.url} label={words.resetLink(title)} />
        </div>
      )}
    </li>
  )
}
