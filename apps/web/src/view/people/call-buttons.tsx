import { Phone, Video } from 'lucide'
import type { PersonInfo } from '@duet/protocol'
import { titleOf } from '../../state/people/people-model.ts'
import { RoundButton } from '../round-button.tsx'
import { usePeopleWords, type Home } from './account-context.ts'

export interface CallButtonsProps {
  home: Home
  person: PersonInfo
  /** The same buttons stand elsewhere on the page: these carry no hooks. */
  isSecond?: boolean
}

/** One press, and it rings there. */
export function CallButtons({ home, person, isSecond = false }: CallButtonsProps) {
  const words = usePeopleWords().people
  const title = titleOf(person)
  return (
    <span class="person-calls">
      <RoundButton
        class="plain"
        icon={Phone}
        label={words.callAudio(title)}
        {...(!isSecond && { testId: `audio-call-${person.name}` })}
        onPress={() => home.calls.call(person.id, 'audio')}
      />
      <RoundButton
        class="plain accent"
        icon={Video}
        label={words.callVideo(title)}
        {...(!isSecond && { testId: `call-${person.name}` })}
        onPress={() => home.calls.call(person.id, 'video')}
      />
    </span>
  )
}
