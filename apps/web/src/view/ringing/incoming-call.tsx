import { MessageSquareX, Phone, PhoneOff, Video } from 'lucide'
import type { IconNode } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import type { AccountCall } from '../../state/ringing/account-call.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import { Icon } from '../icon.tsx'
import { CallerFace } from './caller-face.tsx'
import { DeclineForm } from './decline-form.tsx'
import { RingHint } from './ring-hint.tsx'
import { useRingingWords } from './use-ringing-words.ts'

/** Somebody calls: who, how, and what one may do. Nothing of this side is open yet. */
export function IncomingCall({ calls, call }: { calls: CallsModel; call: AccountCall }) {
  const words = useRingingWords()
  const [isWriting, setWriting] = useState(false)
  const screen = useRef<HTMLElement>(null)
  const { displayName } = calls.nameOf(call.peer)
  const state = call.state.value
  const isAccepting = state.name === 'incoming' && state.isAccepting
  const isVideo = call.media === 'video'
  return (
    <section
      ref={screen}
      class="ring-screen on-canvas"
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="incoming-who"
      aria-describedby="incoming-what"
      tabIndex={-1}
      // The buttons are not focused: who is typing must not pick up by it.
      data-autofocus
      data-testid="incoming"
      data-media={call.media}
    >
      <div class="ring-who">
        {!isWriting && <CallerFace name={displayName} isRinging={!isAccepting} />}
        <p id="incoming-who" class="ring-name">
          {words.incomingTitle(displayName)}
        </p>
        <p id="incoming-what" class="ring-state" role="status">
          {isAccepting ? words.picking : isVideo ? words.incomingVideo : words.incomingAudio}
        </p>
        {!isAccepting && !isWriting && <p class="hint">{words.nothingYet}</p>}
        {!isAccepting && <RingHint sound={calls.options.ports.sound} isBrief />}
      </div>
      {isWriting && !isAccepting ? (
        <DeclineForm
          onDecline={(text) => call.decline(text)}
          onBack={() => {
            setWriting(false)
            screen.current?.focus()
          }}
        />
      ) : (
        <div class="ring-actions" inert={isAccepting}>
          <Answer
            kind="decline"
            icon={PhoneOff}
            label={words.decline}
            testId="decline"
            onPress={() => call.decline()}
          />
          <Answer
            kind="plain"
            icon={MessageSquareX}
            label={words.declineWith}
            testId="decline-with"
            onPress={() => setWriting(true)}
          />
          {isVideo && (
            <Answer
              kind="plain"
              icon={Phone}
              label={words.acceptAudio}
              testId="accept-audio"
              onPress={() => call.accept({ withPicture: false })}
            />
          )}
          <Answer
            kind="accept"
            icon={isVideo ? Video : Phone}
            label={isVideo ? words.acceptVideo : words.accept}
            testId="accept"
            onPress={() => call.accept({ withPicture: isVideo })}
          />
        </div>
      )}
    </section>
  )
}

interface AnswerProps {
  kind: 'accept' | 'decline' | 'plain'
  icon: IconNode
  label: string
  testId: string
  onPress: () => void
}

/** A round button with its words below it: at a ring nobody should have to guess. */
function Answer({ kind, icon, label, testId, onPress }: AnswerProps) {
  return (
    <button type="button" class={`answer ${kind}`} data-testid={testId} onClick={onPress}>
      <span class="answer-circle">
        <Icon of={icon} size={28} />
      </span>
      {label}
    </button>
  )
}
