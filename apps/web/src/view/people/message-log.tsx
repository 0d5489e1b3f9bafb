import { ArrowDown } from 'lucide'
import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { MessageInfo } from '@duet/protocol'
import { failSentence } from '../../i18n/error-sentences.ts'
import type { ConversationModel, OutgoingMessage } from '../../state/people/conversation-model.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { dayOf, isSameDay, timeOfDay } from '../../state/people/said-when.ts'
import { Icon } from '../icon.tsx'
import { usePeopleWords, useSaid, type Home } from './account-context.ts'
import { EmptyState } from './empty-state.tsx'
import { LoadedView } from './loaded-view.tsx'

/** As near to an end of the log as counts as being there, in pixels. */
const NEAR_PX = 160

export interface MessageLogProps {
  home: Home
  model: ConversationModel
  title: string
  label: string
}

/** The messages, oldest first; older ones come when somebody scrolls up to them. */
export function MessageLog({ home, model, title, label }: MessageLogProps) {
  const words = usePeopleWords().conversation
  const messages = model.messages.value
  const outgoing = model.outgoing.value
  const newest = model.newest.value
  const { ref, isAtEnd, handleScroll, toEnd } = useScrolling(model)
  const isEmpty = newest.name === 'ready' && messages.length === 0 && outgoing.length === 0
  const isQuiet = newest.name !== 'ready' || model.older.value.name === 'loading'
  return (
    <div class="log-place">
      <div
        ref={ref}
        class="message-log"
        data-testid="message-log"
        role="log"
        aria-label={label}
        // What was written long ago is not news.
        aria-live={isQuiet ? 'off' : 'polite'}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls by keyboard
        tabIndex={0}
        onScroll={handleScroll}
      >
        {newest.name !== 'ready' && (
          <LoadedView
            state={newest.name === 'failed' ? newest : { name: 'loading' }}
            onRetry={() => void model.load()}
          >
            {() => null}
          </LoadedView>
        )}
        <Older model={model} />
        {isEmpty && (
          <EmptyState
            title={words.emptyTitle}
            text={model.other === null ? words.emptyAll : words.empty(title)}
          />
        )}
        {messages.map((message, index) => (
          <Fragment key={message.id}>
            <DayLine home={home} at={message.sentAt} before={messages[index - 1]?.sentAt} />
            {model.firstUnread.value === message.id && (
              <p class="line unread-line" data-testid="unread-line">
                <span>{words.newLine}</span>
              </p>
            )}
            <Entry
              home={home}
              model={model}
              message={message}
              isFollowing={isFollowing(messages[index - 1], message)}
            />
          </Fragment>
        ))}
        {outgoing.map((message) => (
          <OutgoingEntry key={message.clientId} home={home} model={model} message={message} />
        ))}
      </div>
      {!isAtEnd && messages.length > 0 && (
        <button
          type="button"
          class="round plain to-end"
          aria-label={words.toNewest}
          title={words.toNewest}
          onClick={toEnd}
        >
          <Icon of={ArrowDown} size={20} />
        </button>
      )}
    </div>
  )
}

/** Keeps the newest message in view, unless somebody reads further up. */
function useScrolling(model: ConversationModel) {
  const ref = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const seen = useRef({ first: 0, height: 0, isPlaced: false })
  const messages = model.messages.value
  const outgoing = model.outgoing.value
  const isReady = model.newest.value.name === 'ready'
  useLayoutEffect(() => {
    const log = ref.current
    if (!log || !isReady) return
    const { first, height, isPlaced } = seen.current
    const newFirst = messages[0]?.id ?? 0
    if (!isPlaced) {
      const line = log.querySelector('.unread-line')
      if (line) line.scrollIntoView({ block: 'center' })
      else log.scrollTop = log.scrollHeight
    } else if (newFirst !== first && height > 0) log.scrollTop += log.scrollHeight - height
    else if (isAtEnd || outgoing.length > 0) log.scrollTop = log.scrollHeight
    seen.current = { first: newFirst, height: log.scrollHeight, isPlaced: true }
    if (log.scrollHeight <= log.clientHeight) void model.loadOlder()
  }, [messages, outgoing, isReady])
  const handleScroll = () => {
    const log = ref.current
    if (!log) return
    setAtEnd(log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX)
    if (log.scrollTop < NEAR_PX && seen.current.isPlaced && model.older.peek().name === 'ready') {
      void model.loadOlder()
    }
  }
  const toEnd = () => {
    const log = ref.current
    if (log) log.scrollTop = log.scrollHeight
  }
  return { ref, isAtEnd, handleScroll, toEnd }
}

/** What is above the oldest message here. */
function Older({ model }: { model: ConversationModel }) {
  const words = usePeopleWords()
  const older = model.older.value
  if (older.name === 'failed') {
    return (
      <div class="older">
        <p class="hint">{words.conversation.olderFailed}</p>
        <button type="button" class="secondary" onClick={() => void model.loadOlder()}>
          {words.retry}
        </button>
      </div>
    )
  }
  if (older.name === 'loading') return <p class="hint older">{words.conversation.older}</p>
  const isBeginning = !model.hasOlder.value && model.messages.value.length > 0
  return isBeginning ? <p class="hint older">{words.conversation.beginning}</p> : null
}

function DayLine({ home, at, before }: { home: Home; at: number; before: number | undefined }) {
  const said = useSaid()
  if (before !== undefined && isSameDay(before, at)) return null
  return (
    <p class="line">
      <span>{dayOf(at, home.now.value, said)}</span>
    </p>
  )
}

interface EntryProps {
  home: Home
  model: ConversationModel
  message: MessageInfo
  /** By the same person, soon after. */
  isFollowing: boolean
}

function Entry({ home, model, message, isFollowing: follows }: EntryProps) {
  const said = useSaid()
  const isOwn = model.isOwn(message)
  const sender = home.people.byId(message.from)
  const isNamed = model.other === null && !isOwn && !follows
  return (
    <div
      class="message"
      data-testid="message"
      data-from={isOwn ? 'self' : 'peer'}
      data-following={follows}
    >
      {isNamed && (
        <p class="message-sender">
          <bdi>{sender ? titleOf(sender) : said.words.unnamed}</bdi>
        </p>
      )}
      <div class="bubble">
        <p class="message-text" dir="auto">
          {message.body}
        </p>
        <time dateTime={new Date(message.sentAt).toISOString()}>
          {timeOfDay(message.sentAt, said.language)}
        </time>
      </div>
    </div>
  )
}

interface OutgoingEntryProps {
  home: Home
  model: ConversationModel
  message: OutgoingMessage
}

/** A message that is on its way, or will not go. */
function OutgoingEntry({ home, model, message }: OutgoingEntryProps) {
  const { words, language } = useSaid()
  const { conversation } = words
  const { refusal, clientId } = message
  const isOffline = home.connection.value !== 'attending'
  return (
    <div
      class="message"
      data-testid="message-outgoing"
      data-from="self"
      data-failed={refusal !== null}
    >
      <div class="bubble">
        <p class="message-text" dir="auto">
          {message.body}
        </p>
        {refusal === null && (
          <span class="message-state">
            {isOffline ? conversation.waiting : conversation.sending}
          </span>
        )}
      </div>
      {refusal !== null && (
        <div class="message-failed" role="alert">
          <p class="hint fault">
            {conversation.failed} {failSentence(refusal, language)}
          </p>
          <button type="button" class="secondary" onClick={() => model.sendAgain(clientId)}>
            {conversation.sendAgain}
          </button>
          <button type="button" class="quiet" onClick={() => model.discard(clientId)}>
            {conversation.discard}
          </button>
        </div>
      )}
    </div>
  )
}

/** Messages of one person within this time stand together, in milliseconds. */
const TOGETHER_MS = 5 * 60_000

function isFollowing(before: MessageInfo | undefined, message: MessageInfo): boolean {
  if (!before || before.from !== message.from) return false
  return message.sentAt - before.sentAt < TOGETHER_MS && isSameDay(before.sentAt, message.sentAt)
}
