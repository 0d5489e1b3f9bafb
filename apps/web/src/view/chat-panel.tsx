import { ArrowUp, Lock, LockOpen } from 'lucide'
import type { ChatLine } from '@duet/client'
import { useEffect, useRef } from 'preact/hooks'
import { MAX_DRAFT_LENGTH } from '../state/chat-model.ts'
import type { StageModel } from '../state/stage-model.ts'
import { useApp, useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { Panel } from './panel.tsx'
import { RoundButton } from './round-button.tsx'

/** Lines of text between the two. */
export function ChatPanel({ page }: { page: StageModel }) {
  const words = useWords()
  // Both can change what is sealed.
  const lines = page.chat.lines.value
  void page.model.verification.value
  const { hasKey, isChatSealed: isSealed } = page.call
  const openHint = hasKey ? words.chatPeerKeyless : words.chatOpen
  const isOpen = page.panel.value === 'chat'
  return (
    <Panel class="chat" title={words.chat} isOpen={isOpen} isKept onClose={() => page.closePanel()}>
      <p class="hint sealed">
        <Icon of={isSealed ? Lock : LockOpen} size={16} />
        {isSealed ? words.chatSealed : openHint}
      </p>
      <ChatLog lines={lines} isOpen={isOpen} marksOpen={hasKey} />
      <ChatForm page={page} isOpen={isOpen} />
    </Panel>
  )
}

interface ChatLogProps {
  lines: ChatLine[]
  isOpen: boolean
  /** Whether lines that are not sealed are worth a mark. */
  marksOpen: boolean
}

function ChatLog({ lines, isOpen, marksOpen }: ChatLogProps) {
  const words = useWords()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    ref.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [lines, isOpen])
  return (
    <div
      class="chat-log"
      data-testid="chat-log"
      role="log"
      // While the panel is closed, new lines are told by the toast.
      aria-live={isOpen ? 'polite' : 'off'}
      aria-label={words.chat}
      ref={ref}
    >
      {lines.length === 0 && <p class="hint">{words.chatEmpty}</p>}
      {lines.map((line, index) => (
        <ChatEntry key={index} line={line} isMarked={marksOpen && !line.isSealed} />
      ))}
    </div>
  )
}

function ChatEntry({ line, isMarked }: { line: ChatLine; isMarked: boolean }) {
  const { languages } = useApp()
  const words = languages.words.value
  const time = new Date(line.at).toLocaleTimeString(languages.language.value, {
    hour: '2-digit',
    minute: '2-digit',
  })
  return (
    <div class="chat-line" data-from={line.from}>
      <p class="chat-meta">
        {line.from === 'self' ? words.you : line.name || words.otherPerson}
        {isMarked && (
          <span class="chat-open" data-testid="chat-open">
            <Icon of={LockOpen} size={12} />
            {words.chatLineOpen}
          </span>
        )}
        <time>{time}</time>
      </p>
      <p class="chat-text">{line.text}</p>
    </div>
  )
}

function ChatForm({ page, isOpen }: { page: StageModel; isOpen: boolean }) {
  const words = useWords()
  const text = page.chat.draft.value
  const isAlone = page.model.peer.value === null
  const send = () => {
    if (!isAlone) page.chat.send()
  }
  return (
    <form
      class="chat-form"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        data-testid="chat-input"
        data-autofocus
        tabIndex={isOpen ? 0 : -1}
        onFocus={() => page.openPanel('chat')}
        rows={1}
        maxLength={MAX_DRAFT_LENGTH}
        aria-label={words.chatField}
        placeholder={isAlone ? words.chatNobody : words.chatPlaceholder}
        value={text}
        onInput={(event) => (page.chat.draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      {isOpen && (
        <RoundButton
          icon={ArrowUp}
          label={words.send}
          class="send"
          isDisabled={isAlone || text.trim() === ''}
          onPress={send}
        />
      )}
    </form>
  )
}
