import { DoorOpen, Trash2 } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import { browserMemory } from '../../browser/memory.ts'
import type { OpenedRoom } from '../../state/people/api-types.ts'
import { RoomsModel, validityOf } from '../../state/people/rooms-model.ts'
import { momentOf } from '../../state/people/said-when.ts'
import { Icon } from '../icon.tsx'
import { useAccount, usePeopleWords, useSaid, type Home } from './account-context.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { EmptyState } from './empty-state.tsx'
import { FaultText } from './fault-text.tsx'
import { Form } from './form.tsx'
import { LinkField } from './link-field.tsx'
import { LoadedView } from './loaded-view.tsx'
import { PageHeading } from './page-heading.tsx'
import { Switch } from './switch.tsx'

/** `/rooms`: links for guests, with a waiting room or for a certain time. */
export function RoomsPage({ home }: { home: Home }) {
  const { api, addresses } = useAccount()
  const words = usePeopleWords().rooms
  const model = useMemo(
    () => new RoomsModel({ api, memory: browserMemory, origin: location.origin, addresses }),
    [home],
  )
  return (
    <main class="column settings" id="content">
      <PageHeading>{words.title}</PageHeading>
      <OpenRoom model={model} />
      <LoadedView state={model.rooms.state.value} onRetry={() => void model.rooms.load()}>
        {({ rooms }) =>
          rooms.length === 0 ? (
            <EmptyState title={words.emptyTitle} text={words.empty} />
          ) : (
            <ul class="rooms" aria-label={words.title}>
              {rooms.map((room) => (
                <RoomCard key={room.name} home={home} model={model} room={room} />
              ))}
            </ul>
          )
        }
      </LoadedView>
    </main>
  )
}

function OpenRoom({ model }: { model: RoomsModel }) {
  const words = usePeopleWords().rooms
  return (
    <section class="card">
      <Form class="form" onSubmit={() => void model.open()}>
        <h2>{words.open}</h2>
        <p class="hint">{words.openHint}</p>
        <Switch
          label={words.waitingRoom}
          hint={words.waitingRoomHint}
          isOn={model.hasWaitingRoom.value}
          testId="waiting-room"
          onToggle={(isOn) => (model.hasWaitingRoom.value = isOn)}
        />
        <div class="room-times">
          <TimeField id="valid-from" label={words.from} field={model.from} />
          <TimeField id="valid-until" label={words.until} field={model.until} />
        </div>
        <FaultText fault={model.opening.fault.value} />
        <div class="form-actions">
          <button
            type="submit"
            class="primary"
            data-testid="open-room"
            aria-busy={model.opening.isBusy.value}
          >
            <Icon of={DoorOpen} size={20} />
            {words.make}
          </button>
        </div>
      </Form>
    </section>
  )
}

interface TimeFieldProps {
  id: string
  label: string
  field: RoomsModel['from']
}

function TimeField({ id, label, field }: TimeFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        data-testid={id}
        value={field.value}
        onInput={(event) => (field.value = event.currentTarget.value)}
      />
    </div>
  )
}

interface RoomCardProps {
  home: Home
  model: RoomsModel
  room: OpenedRoom
}

function RoomCard({ home, model, room }: RoomCardProps) {
  const said = useSaid()
  const words = said.words.rooms
  const [isClosing, setClosing] = useState(false)
  const { url, hasKey } = model.linkOf(room)
  const { validFrom, validUntil } = room
  const now = home.now.value
  const moment = (time: number) => momentOf(time, now, said)
  return (
    <li class="card form" data-testid="room" data-validity={validityOf(room, now)}>
      <h2>
        <bdi>{room.name}</bdi>
      </h2>
      <p class="hint">
        {room.hasWaitingRoom ? words.hasWaitingRoom : words.hasNone}{' '}
        {words.validity(
          validFrom === null ? null : moment(validFrom),
          validUntil === null ? null : moment(validUntil),
        )}{' '}
        {words.states[validityOf(room, now)]}
      </p>
      <LinkField url={url} label={words.link} />
      {!hasKey && <p class="hint">{words.keyElsewhere}</p>}
      <div class="form-actions">
        <a class="button secondary" href={url} data-testid="enter-room">
          <Icon of={DoorOpen} size={20} />
          {words.enter}
        </a>
        <button
          type="button"
          class="quiet"
          data-testid="close-room"
          onClick={() => setClosing(true)}
        >
          <Icon of={Trash2} size={20} />
          {words.close}
        </button>
      </div>
      {isClosing && (
        <ConfirmDialog
          title={words.closeTitle}
          text={words.closeText}
          action={words.close}
          isBusy={model.closing.isBusy.value}
          fault={model.closing.fault.value}
          onConfirm={() =>
            void model.close(room.name).then((isGone) => isGone && setClosing(false))
          }
          onCancel={() => setClosing(false)}
        />
      )}
    </li>
  )
}
