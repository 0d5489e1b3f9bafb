import { ArrowLeft, ArrowUp } from 'lucide'
import { MAX_MESSAGE_LENGTH, type PersonInfo } from '@duet/protocol'
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks'
import type { ConversationModel } from '../../state/people/conversation-model.ts'
import { presenceSentence } from '../../state/people/people-wording.ts'
import { Icon } from '../icon.tsx'
import { RoundButton } from '../round-button.tsx'
import { usePeopleWords, useSaid, type Home } from './account-context.ts'
import { Avatar } from './avatar.tsx'
import { CallButtons } from './call-buttons.tsx'
import { MessageLog } from './message-log.tsx'
import { PageHeading } from './page-heading.tsx'
import { PersonMenu } from './person-menu.tsx'

export interface ConversationProps {
  home: Home
  /** Undefined: everyone. */
  person?: PersonInfo
  title: string
}

/** What is written with one person, or with everyone. */
export function Conversation({ home, person, title }: ConversationProps) {
  const words = usePeopleWords()
  const other = person?.id ?? null
  const model = useMemo(() => home.conversations.with(other), [other])
  useLayoutEffect(() => {
    const unread = person ? person.unread : home.people.unreadToAll.peek()
    model.visit(unread)
  }, [model])
  useEffect(() => {
    const look = () => model.look(!home.attention.isAway())
    look()
    const stop = home.attention.onReturn(look)
    window.addEventListener('blur', look)
    return () => {
      stop()
      window.removeEventListener('blur', look)
      model.look(false)
    }
  }, [model])
  return (
    <div class="conversation">
      <ConversationHeader home={home} title={title} {...(person && { person })} />
      <MessageLog
        home={home}
        model={model}
        title={title}
        label={person ? words.conversation.log(title) : words.conversation.logAll}
      />
      <Composer home={home} model={model} {...(person && { person })} />
    </div>
  )
}

function ConversationHeader({ home, person, title }: ConversationProps) {
  const said = useSaid()
  const { words } = said
  return (
    <header class="conversation-header">
      <a class="round plain back" href="/people" aria-label={words.back} title={words.back}>
        <Icon of={ArrowLeft} />
      </a>
      <Avatar name={title} isGroup={!person} {...(person && { presence: person.presence })} />
      <div class="person-words">
        <PageHeading class="conversation-title">
          <bdi>{title}</bdi>
        </PageHeading>
        <p class="person-status">
          {person ? presenceSentence(person, home.now.value, said) : words.people.everyoneHint}
        </p>
      </div>
      {person && !person.isBlocked && <CallButtons home={home} person={person} isSecond />}
      {person && <PersonMenu home={home} person={person} />}
    </header>
  )
}

interface ComposerProps {
  home: Home
  model: ConversationModel
  person?: PersonInfo
}

function Composer({ home, model, person }: ComposerProps) {
  const words = usePeopleWords().conversation
  const text = model.draft.value
  const obstacle = person?.isBlocked
    ? words.blocked
    : !person && !home.people.mayWriteToAll.value
      ? words.notAllowedAll
      : null
  if (obstacle !== null) return <p class="hint composer-obstacle">{obstacle}</p>
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        model.send()
      }}
    >
      <textarea
        data-testid="message-input"
        rows={1}
        dir="auto"
        maxLength={MAX_MESSAGE_LENGTH}
        aria-label={words.field}
        placeholder={words.placeholder}
        value={text}
        onInput={(event) => (model.draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          model.send()
        }}
      />
      <RoundButton
        icon={ArrowUp}
        label={words.send}
        class="send"
        testId="message-send"
        isDisabled={text.trim() === ''}
        onPress={() => model.send()}
      />
    </form>
  )
}
