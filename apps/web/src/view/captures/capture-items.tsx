import { Disc, Radio } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { CapturePurpose } from '@duet/client'
import type { MoreWords } from '../../i18n/more-en.ts'
import type { StageModel } from '../../state/stage-model.ts'
import { MenuItem } from '../menu-item.tsx'
import { useMoreWords } from '../use-more-words.ts'
import { holdCaptureModel } from './hold-capture-model.ts'

/** Record, and go live: in the menu. */
export function CaptureItems({ page }: { page: StageModel }) {
  const words = useMoreWords()
  useEffect(() => holdCaptureModel(page), [page])
  const model = page.captures.model.value
  const name = page.model.peer.value?.name ?? ''
  const facts = { page, words, name }
  const record = stateOf('record', facts)
  const live = stateOf('live', facts)
  return (
    <>
      <MenuItem
        icon={Disc}
        label={words.record}
        testId="record"
        isDisabled={record !== null}
        hint={record ?? words.recordHint(name)}
        onPress={() => {
          page.closePanel()
          model?.ask('record')
        }}
      />
      <MenuItem
        icon={Radio}
        label={words.goLive}
        testId="go-live"
        isDisabled={live !== null}
        hint={live ?? words.goLiveHint(name)}
        onPress={() => {
          page.closePanel()
          if (model) model.isPlanning.value = true
        }}
      />
    </>
  )
}

/** Why it can't be asked for now; null when it can. */
function stateOf(
  purpose: CapturePurpose,
  { page, words, name }: { page: StageModel; words: MoreWords; name: string },
): string | null {
  const { info, model } = page.captures
  const { active, offered } = info.value
  if (active.some((each) => each.purpose === purpose)) {
    return purpose === 'record' ? words.recordOn : words.liveOn
  }
  if (offered.includes(purpose)) {
    return model.value?.wish.value ? words.askedAlready(name) : null
  }
  // A page of another kind never says what it sends.
  const isOlder = page.model.peer.value?.media === null
  return isOlder ? words.olderPeer(name) : words.notOffered[purpose]
}
