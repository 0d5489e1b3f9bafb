import { Bell, BellRing, Share2 } from 'lucide'
import type { CallPageModel } from '../state/call-page-model.ts'
import { useWords } from './app-context.ts'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'
import { QrCode } from './qr-code.tsx'

/** What one can do while nobody else is there: send the link, and be told. */
export function Waiting({ page }: { page: CallPageModel }) {
  const words = useWords()
  const { link } = page
  return (
    <div class="waiting">
      <Farewell page={page} />
      <p class="waiting-hint">{page.call.hasKey ? words.waitingHint : words.waitingHintNamed}</p>
      <div class="link-card">
        <QrCode text={link} label={words.qrLabel} />
        <div class="link-side">
          <input
            class="link-field"
            type="text"
            readOnly
            value={link}
            aria-label={words.link}
            data-testid="link"
            onFocus={(event) => event.currentTarget.select()}
          />
          <div class="link-actions">
            <CopyButton class="primary" text={link} label={words.copyLink} testId="copy-link" />
            {'share' in navigator && (
              <button
                type="button"
                class="secondary"
                data-testid="share-link"
                onClick={() => void shareLink(link, words.shareText)}
              >
                <Icon of={Share2} size={20} />
                {words.shareLink}
              </button>
            )}
          </div>
          <Reach page={page} />
        </div>
      </div>
      <NotifyToggle page={page} />
    </div>
  )
}

function Farewell({ page }: { page: CallPageModel }) {
  const words = useWords()
  const farewell = page.model.farewell.value
  if (!farewell) return null
  const { reason, name } = farewell
  return (
    <p class="farewell" data-testid="farewell" role="status">
      {reason === 'left' ? words.peerLeft(name) : words.peerLost(name)}
    </p>
  )
}

/** Says so when the link does not carry everywhere. */
function Reach({ page }: { page: CallPageModel }) {
  const words = useWords()
  if (page.reach === 'everywhere') return null
  return (
    <div class="reach" data-testid="reach">
      <p>{page.reach === 'this-machine' ? words.thisMachineOnly : words.ownNetworkOnly}</p>
      {page.widerLink && (
        <CopyButton class="secondary" text={page.widerLink} label={words.copyWiderLink} />
      )}
    </div>
  )
}

function NotifyToggle({ page }: { page: CallPageModel }) {
  const words = useWords()
  const { arrival } = page
  const wish = arrival.wish.value
  return (
    <div class="notify">
      <button
        type="button"
        class="quiet"
        role="switch"
        aria-checked={wish === 'on'}
        data-testid="notify"
        onClick={() => void arrival.toggle()}
      >
        <Icon of={wish === 'on' ? BellRing : Bell} size={20} />
        {words.notifyMe}
        <span class="switch" />
      </button>
      {wish === 'blocked' && <p class="hint">{words.notifyBlocked}</p>}
    </div>
  )
}

async function shareLink(url: string, text: string): Promise<void> {
  try {
    await navigator.share({ url, text })
  } catch {
    // The person closed the sheet.
  }
}
