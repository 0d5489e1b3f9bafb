import type { CallPageModel } from '../state/call-page-model.ts'
import { EndPage } from './end-page.tsx'
import { FullPage } from './full-page.tsx'
import { Knocking } from './knocking.tsx'
import { Preview } from './preview.tsx'
import { Stage } from './stage.tsx'
import { Toast } from './toast.tsx'
import { Waiting } from './waiting.tsx'

const PHASES = { preview: Preview, stage: RoomStage, full: FullPage, end: EndPage }

/** `/r/<room>`: before, during and after a call. */
export function CallPage({ page }: { page: CallPageModel }) {
  const Current = PHASES[page.phase.value]
  return (
    <>
      <Current page={page} />
      <Toast page={page} />
    </>
  )
}

function RoomStage({ page }: { page: CallPageModel }) {
  return (
    <>
      <Stage page={page} waiting={<Waiting page={page} />} />
      <Knocking page={page} />
    </>
  )
}
