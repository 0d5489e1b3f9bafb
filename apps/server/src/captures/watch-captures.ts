import type { LiveOptions } from '@duet/protocol'
import type { Notice } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import { CAPTURES_OF_TWO } from '../rooms/room-policy.ts'
import type { CaptureControl } from './capture-control.ts'

/** Lets `control` do what members agree to in the rooms of `hub`; returns the end of it. */
export function watchCaptures(hub: Hub, control: CaptureControl): () => void {
  return hub.subscribe(CAPTURES_OF_TWO.watcher, (notice) => carryOut(notice, control))
}

function carryOut(notice: Notice, control: CaptureControl): void {
  if (notice.type === 'capture-over') return control.stop(notice.place, notice.purpose)
  if (notice.type !== 'capture-begun') return
  const { id, purpose, by, members, place: room } = notice
  // A gateway read it.
  const live = notice.options as LiveOptions | undefined
  control.start({ id, room, purpose, by, members, ...(purpose === 'live' && live && { live }) })
}
