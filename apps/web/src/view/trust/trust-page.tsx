import { ArrowRight, ChevronDown, Download, ShieldCheck } from 'lucide'
import type { ServerRoot } from '../../config.ts'
import { fingerprintGroups, SYSTEMS, type System } from '../../state/trust/system.ts'
import { useApp } from '../app-context.ts'
import { CopyButton } from '../copy-button.tsx'
import { Icon } from '../icon.tsx'
import { PageHeader } from '../page-header.tsx'
import { QrCode } from '../qr-code.tsx'
import { useTrustWords } from './use-trust-words.ts'

export interface TrustPageProps {
  /** Null: there is nothing to install. */
  root: ServerRoot | null
  /** The address to open afterwards. */
  best: string | null
  system: System
}

/** `/trust`: how a device comes to trust a certificate that the server made itself. */
export function TrustPage({ root, best, system }: TrustPageProps) {
  const words = useTrustWords()
  return (
    <div class="page">
      <PageHeader />
      <main class="column trust" data-testid="trust">
        <div class="trust-head">
          <h1>{root ? words.title : words.nothingTitle}</h1>
          <p class="lead">{root ? words.lead : words.nothing}</p>
        </div>
        {root && <Installation root={root} system={system} />}
        {best !== null && <OpenDuet address={best} isDone={root === null} />}
      </main>
    </div>
  )
}

function Installation({ root, system }: { root: ServerRoot; system: System }) {
  const words = useTrustWords()
  return (
    <>
      <p class="trust-caution">
        <Icon of={ShieldCheck} size={20} />
        {words.before}
      </p>
      <a class="button primary" href="/trust/duet-root.crt" data-testid="download-root">
        <Icon of={Download} size={20} />
        {words.download}
      </a>
      <Identity root={root} />
      <Steps system={system} />
      {root.origin !== null && <OtherDevice address={`${root.origin}/trust`} />}
    </>
  )
}

function Identity({ root }: { root: ServerRoot }) {
  const words = useTrustWords()
  const { languages } = useApp()
  const date = new Intl.DateTimeFormat(languages.language.value, { dateStyle: 'long' })
  return (
    <section class="card trust-identity" aria-labelledby="trust-compare">
      <h2 id="trust-compare">{words.compare}</h2>
      <p class="hint">{words.compareHint}</p>
      <p class="trust-fingerprint" data-testid="fingerprint" aria-label={words.fingerprint}>
        {fingerprintGroups(root.fingerprint).map((group, index) => (
          // A fingerprint may hold a group twice.
          <span key={index}>{group}</span>
        ))}
      </p>
      <div class="trust-name">
        <dl>
          <dt>{words.name}</dt>
          <dd>{root.name}</dd>
        </dl>
        <p class="hint">{words.until(date.format(root.endsAt))}</p>
        <CopyButton text={root.fingerprint} label={words.copy} class="quiet" />
      </div>
    </section>
  )
}

/** Those of this device first, and open. */
function Steps({ system }: { system: System }) {
  const words = useTrustWords()
  const others = SYSTEMS.filter((each) => each !== system)
  return (
    <section class="trust-steps" aria-labelledby="trust-steps">
      <h2 id="trust-steps">{words.steps}</h2>
      {[system, ...others].map((each) => (
        <details key={each} class="card" open={each === system} data-testid={`steps-${each}`}>
          <summary>
            <span class="trust-system">{words.systems[each].name}</span>
            {each === system && <span class="hint">{words.thisDevice}</span>}
            <Icon of={ChevronDown} size={20} />
          </summary>
          <ol>
            {words.systems[each].steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
      ))}
      <p class="hint">{words.removal}</p>
    </section>
  )
}

function OtherDevice({ address }: { address: string }) {
  const words = useTrustWords()
  return (
    <section class="card trust-other" aria-labelledby="trust-other">
      <div>
        <h2 id="trust-other">{words.otherDevice}</h2>
        <p class="hint">{words.otherDeviceHint}</p>
        <p class="trust-address" data-testid="trust-address">
          {address}
        </p>
      </div>
      <QrCode text={address} label={words.qr(address)} />
    </section>
  )
}

function OpenDuet({ address, isDone }: { address: string; isDone: boolean }) {
  const words = useTrustWords()
  return (
    <div class="trust-open">
      {!isDone && <p class="hint">{words.openHint}</p>}
      <a class={isDone ? 'button primary' : 'button secondary'} href={address}>
        {words.open}
        <Icon of={ArrowRight} size={20} />
      </a>
    </div>
  )
}
