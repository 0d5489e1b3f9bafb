import type { TvModel } from '../../state/cast/tv-model.ts'
import { codeSentence } from '../../state/cast/tv-sentence.ts'
import { Logo } from '../logo.tsx'
import { QrCode } from '../qr-code.tsx'
import { CastCode } from './cast-code.tsx'
import { useTvWords } from './use-tv-words.ts'

/** What one can do on a TV that shows nothing: enter its code. */
export function CodeScreen({ page }: { page: TvModel }) {
  const words = useTvWords()
  const state = page.state.value
  const signaling = page.signaling.value
  const link = page.link.value
  const use = link === null ? 'none' : signaling === 'online' ? 'valid' : 'unreachable'
  const sentence = codeSentence(words, {
    state,
    signaling,
    isLate: page.isLate.value,
    senderName: page.senderName.value,
    farewell: page.farewell.value,
  })
  return (
    <div class="tv-code-screen" data-code={use}>
      <header class="tv-brand">
        <Logo size={28} />
        <span>{page.name || 'Duet'}</span>
      </header>
      <div class="tv-invitation">
        <div class="tv-sentence" role="status">
          <h1 data-testid="tv-sentence">{sentence}</h1>
        </div>
        <p class="tv-how">
          {words.open} <strong class="tv-address">{page.address}</strong> {words.enter}
        </p>
        <CastCode code={page.code.value} />
      </div>
      <figure class="tv-scan">
        {link ? <QrCode text={link} label={words.qrLabel} /> : <div class="qr" />}
        <figcaption class="tv-how">{words.scan}</figcaption>
      </figure>
    </div>
  )
}
