import { Shield, ShieldAlert, ShieldCheck, ShieldEllipsis, ShieldQuestionMark } from 'lucide'
import type { Verification } from '@duet/client'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { Panel } from './panel.tsx'

const ICONS = {
  none: Shield,
  checking: ShieldEllipsis,
  verified: ShieldCheck,
  unverified: ShieldQuestionMark,
  mismatch: ShieldAlert,
} satisfies Record<Verification['name'], unknown>

/** The live truth in two words: verified or not, direct or relayed; a press explains it. */
export function VerifiedBadge({ page }: { page: StageModel }) {
  const words = useWords()
  const { name } = page.model.verification.value
  const mode = page.details.report.value?.mode
  return (
    <button
      type="button"
      class="verified-badge"
      data-testid="verified"
      data-verified={name}
      data-path={mode ?? 'unknown'}
      aria-expanded={page.panel.value === 'verified'}
      hidden={name === 'none'}
      onClick={() => page.toggle('verified')}
    >
      <Icon of={ICONS[name]} size={20} />
      <span>
        {words.verified[name]}
        {mode && <span class="path-word">{words.path[mode]}</span>}
      </span>
    </button>
  )
}

/** What the badge's words mean. */
export function VerifiedPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const { name } = page.model.verification.value
  const mode = page.details.report.value?.mode
  return (
    <Panel
      class="explain"
      title={words.verified[name]}
      isOpen={page.panel.value === 'verified'}
      onClose={() => page.closePanel()}
    >
      <p>{words.verifiedExplain[name]}</p>
      {mode && <p>{words.pathExplain[mode]}</p>}
    </Panel>
  )
}
