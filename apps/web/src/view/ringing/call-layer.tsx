import { useEffect, useRef } from 'preact/hooks'
import type { AccountCall } from '../../state/ringing/account-call.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import { Toast } from '../toast.tsx'
import { AccountStage } from './account-stage.tsx'
import { IncomingCall } from './incoming-call.tsx'
import { OutcomeCard } from './outcome-card.tsx'
import { OutgoingCall } from './outgoing-call.tsx'

/** A call over whatever account page is open: ringing out, ringing in, the talk, and its end. */
export function CallLayer({ calls }: { calls: CallsModel }) {
  const call = calls.current.value
  const ref = useRef<HTMLDivElement>(null)
  useCover(ref, calls.isCovering.value)
  return (
    <div ref={ref} class="call-layer" data-small={calls.isSmall.value}>
      {call ? (
        <CurrentCall key={call.call} calls={calls} call={call} />
      ) : (
        <OutcomeCard calls={calls} />
      )}
    </div>
  )
}

function CurrentCall({ calls, call }: { calls: CallsModel; call: AccountCall }) {
  const stage = call.stage.value
  const isIncoming = call.state.value.name === 'incoming'
  return (
    <>
      {stage && <AccountStage key={stage} calls={calls} call={call} stage={stage} />}
      {!stage && isIncoming && <IncomingCall calls={calls} call={call} />}
      {!stage && !isIncoming && <OutgoingCall calls={calls} call={call} />}
      <Toast page={call} />
    </>
  )
}

/** While a call covers the page, what lies behind it can't be reached, by keys or by screen readers. */
function useCover(ref: { current: HTMLElement | null }, isCovering: boolean): void {
  useEffect(() => {
    const layer = ref.current
    const parent = layer?.parentElement
    if (!isCovering || !layer || !parent) return undefined
    const before = document.activeElement
    const covered = new Set<Element>()
    const cover = () => {
      for (const sibling of parent.children) {
        if (sibling === layer || sibling.hasAttribute('inert')) continue
        sibling.setAttribute('inert', '')
        covered.add(sibling)
      }
    }
    cover()
    layer.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    const observer = new MutationObserver(cover)
    observer.observe(parent, { childList: true })
    return () => {
      observer.disconnect()
      for (const sibling of covered) sibling.removeAttribute('inert')
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [isCovering])
}
