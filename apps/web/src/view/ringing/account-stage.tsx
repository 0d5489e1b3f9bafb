import { Maximize2, Minimize2, PhoneOff } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { AccountCall } from '../../state/ringing/account-call.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import type { TalkModel } from '../../state/ringing/talk-model.ts'
import { useWords } from '../app-context.ts'
import { RoundButton } from '../round-button.tsx'
import { Stage } from '../stage.tsx'
import { PhraseBadge, PhrasePanel } from './phrase-badge.tsx'
import { useRingingWords } from './use-ringing-words.ts'

export interface AccountStageProps {
  calls: CallsModel
  call: AccountCall
  stage: TalkModel
}

/** A call between users: the stage of every call, with its own proof, and small while one looks at other pages. */
export function AccountStage({ calls, call, stage }: AccountStageProps) {
  const words = useRingingWords()
  const isSmall = calls.isSmall.value
  const { displayName } = calls.nameOf(call.peer)
  const ref = useRef<HTMLDivElement>(null)
  // The screen that rang is gone, and the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus()
  }, [])
  return (
    <div
      ref={ref}
      class="account-stage"
      data-testid="account-call"
      role="region"
      aria-label={words.smallCall(displayName)}
      tabIndex={-1}
      data-autofocus={!isSmall || undefined}
    >
      <Stage
        page={stage}
        isLayer
        isSmall={isSmall}
        isBare={!stage.isLaidOut.value}
        badge={<PhraseBadge stage={stage} phrase={call.phrase} />}
        explanation={<PhrasePanel stage={stage} phrase={call.phrase} name={displayName} />}
      >
        <RoundButton
          class="shrink"
          icon={Minimize2}
          label={words.backToPages}
          testId="shrink-call"
          onPress={() => calls.setSmall(true)}
        />
      </Stage>
      {isSmall && <SmallControls calls={calls} stage={stage} name={displayName} />}
    </div>
  )
}

function SmallControls({
  calls,
  stage,
  name,
}: {
  calls: CallsModel
  stage: TalkModel
  name: string
}) {
  const words = useRingingWords()
  const common = useWords()
  return (
    <div class="small-call">
      <span class="small-name">{name}</span>
      <RoundButton
        icon={Maximize2}
        label={words.backToCall}
        testId="back-to-call"
        onPress={() => calls.setSmall(false)}
      />
      <RoundButton
        isStop
        icon={PhoneOff}
        label={common.hangUp}
        testId="hangup"
        onPress={() => stage.leave()}
      />
    </div>
  )
}
