import { Shield, ShieldAlert, ShieldCheck, ShieldEllipsis, ShieldQuestionMark } from 'lucide'
import type { Verification } from '@duet/client'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { MediaMode, MediaModeNote } from './media-mode.tsx'
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
  const { name, label } = useVerification(page)
  return (
    <button
      type="button"
      class="verified-badge"
      data-testid="verified"
      data-verified={name}
      data-path={page.details.mode.value ?? 'unknown'}
      aria-expanded={page.panel.value === 'verified'}
      hidden={name === 'none'}
      onClick={() => page.toggle('verified')}
    >
      <Icon of={ICONS[name]} size={20} />
      <span>
        {label}
        <MediaMode page={page} />
      </span>
    </button>
  )
}

/** What may be said of the other side now: through the server nothing is proven from end to end. */
function useVerification(page: StageModel): { name: Verification['name']; label: string } {
  const words = useWords()
  const { name } = page.model.verification.value
  if (page.details.mode.value !== 'server' || name !== 'verified') {
    return { name, label: words.verified[name] }
  }
  return { name: 'unverified', label: words.notEndToEnd }
}

/** What the badge's words mean. */
export function VerifiedPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const { label } = useVerification(page)
  const { name } = page.model.verification.value
  return (
    <Panel
      class="explain"
      title={label}
      isOpen={page.panel.value === 'verified'}
      onClose={() => page.closePanel()}
    >
      {page.details.mode.value !== 'server' && <p>{words.verifiedExplain[name]}</p>}
      <MediaModeNote page={page} />
    </Panel>
  )
}
