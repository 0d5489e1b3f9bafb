import type { ReadonlySignal } from '@preact/signals'
import { Fingerprint, ShieldAlert, ShieldEllipsis, ShieldQuestionMark } from 'lucide'
import type { SafetyPhrase } from '@duet/client'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { canDraw } from '../../browser/pictures.ts'
import type { PhraseEntry } from '../../state/ringing/phrase-entries.ts'
import type { TalkModel } from '../../state/ringing/talk-model.ts'
import { useApp, useWords } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { MediaMode, MediaModeNote } from '../media-mode.tsx'
import { Panel } from '../panel.tsx'
import { useRingingWords } from './use-ringing-words.ts'

const ICONS = { wait: ShieldEllipsis, agreed: Fingerprint, failed: ShieldAlert }

interface PhraseProps {
  stage: TalkModel
  phrase: ReadonlySignal<SafetyPhrase | null>
}

/** The four pictures that both compare, and whether the way is direct or relayed; a press explains them. */
export function PhraseBadge({ stage, phrase }: PhraseProps) {
  const words = useWords()
  const ringing = useRingingWords()
  const { languages } = useApp()
  const entries = useEntries(phrase)
  const isDrawn = useDrawn(entries)
  const state = phrase.value?.name ?? 'wait'
  const mode = stage.details.mode.value
  // Equal pictures prove nothing about what goes through the server.
  const isPlain = mode === 'server' && state !== 'failed'
  const waiting = isPlain ? words.notEndToEnd : ringing.phrase.wait
  const plain = state === 'failed' ? ringing.phrase.failed : waiting
  const spoken = entries?.map((entry) => entry[languages.language.value]).join(', ')
  return (
    <button
      type="button"
      class="verified-badge phrase-badge"
      data-testid="verified"
      data-phrase={state}
      data-verified={state === 'failed' ? 'mismatch' : isPlain ? 'unverified' : 'none'}
      data-path={mode ?? 'unknown'}
      aria-expanded={stage.panel.value === 'verified'}
      onClick={() => stage.toggle('verified')}
    >
      <Icon of={isPlain ? ShieldQuestionMark : ICONS[state]} size={20} />
      <span>
        {entries && !isPlain ? (
          <>
            {/* Read as words, not as the names of the pictures in another language. */}
            <span class="visually-hidden">
              {ringing.phrase.compare}: {spoken}
            </span>
            {isDrawn ? (
              <span class="phrase-pictures" aria-hidden="true">
                {entries.map(({ picture }) => picture).join(' ')}
              </span>
            ) : (
              <span aria-hidden="true">{ringing.phrase.compare}</span>
            )}
          </>
        ) : (
          plain
        )}
        <MediaMode page={stage} />
      </span>
    </button>
  )
}

/** What to do with the four pictures. */
export function PhrasePanel({ stage, phrase, name }: PhraseProps & { name: string }) {
  const ringing = useRingingWords()
  const entries = useEntries(phrase)
  const isDrawn = useDrawn(entries)
  const isFailed = phrase.value?.name === 'failed'
  return (
    <Panel
      class="explain"
      title={isFailed ? ringing.phrase.failed : ringing.phrase.title}
      isOpen={stage.panel.value === 'verified'}
      onClose={() => stage.closePanel()}
    >
      {entries && (
        <>
          <PhraseList entries={entries} isDrawn={isDrawn} />
          <p>{ringing.phrase.read(name)}</p>
          <p>{ringing.phrase.differ}</p>
        </>
      )}
      {isFailed && <p>{ringing.phrase.failedText}</p>}
      {!entries && !isFailed && <p>{ringing.phrase.waiting}</p>}
      <MediaModeNote page={stage} />
    </Panel>
  )
}

/** The four pictures, each with its word. */
export function PhraseList({ entries, isDrawn }: { entries: PhraseEntry[]; isDrawn: boolean }) {
  const { languages } = useApp()
  return (
    <ol class="phrase" data-testid="phrase" data-drawn={isDrawn}>
      {entries.map((entry, index) => (
        <li key={index}>
          {isDrawn && (
            <span class="phrase-picture" aria-hidden="true">
              {entry.picture}
            </span>
          )}
          {entry[languages.language.value]}
        </li>
      ))}
    </ol>
  )
}

/** Where a picture is missing on this machine, the words alone must do. */
export function useDrawn(entries: PhraseEntry[] | null): boolean {
  const pictures = entries?.map(({ picture }) => picture).join(' ') ?? ''
  return useMemo(() => pictures.split(' ').every(canDraw), [pictures])
}

/** The pictures of an agreed phrase, once their list has been loaded; null until then. */
export function useEntries(phrase: ReadonlySignal<SafetyPhrase | null>): PhraseEntry[] | null {
  const agreed = phrase.value?.name === 'agreed' ? phrase.value.indices : null
  const [list, setList] = useState<readonly PhraseEntry[]>([])
  useEffect(() => {
    if (!agreed) return
    void import('../../state/ringing/phrase-entries.ts').then(({ PHRASE_LIST }) =>
      setList(PHRASE_LIST),
    )
  }, [agreed])
  if (!agreed || list.length === 0) return null
  return agreed.map((index) => list[index]).filter((entry) => entry !== undefined)
}
