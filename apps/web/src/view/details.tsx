import { Route } from 'lucide'
import type { FlowReport, PathEnd, PathReport } from '@duet/client'
import type { DetailsWords } from '../i18n/details-en.ts'
import type { StageModel } from '../state/stage-model.ts'
import { formatBitrate, formatMilliseconds, formatRatio } from '../state/plot-scale.ts'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'
import { MoveMedia } from './media-mode.tsx'
import { Plot, type Series } from './plot.tsx'
import { useDetailsWords } from './use-details-words.ts'

/** The technical truth about the call. */
export function Details({ page }: { page: StageModel }) {
  const words = useDetailsWords()
  const report = page.details.report.value
  return (
    <div class="details-body" data-testid="details-body">
      {report ? <Path page={page} report={report} /> : <p class="hint">{words.detailsNone}</p>}
      {report && (
        <button
          type="button"
          class="secondary"
          data-testid="restart-ice"
          onClick={() => page.call.restartIce()}
        >
          <Icon of={Route} size={20} />
          {words.findBetterPath}
        </button>
      )}
      <MoveMedia page={page} />
      {report && <Plots history={page.details.history.value} now={report.at} />}
      {report && <Flows report={report} />}
      <Pairs report={report} />
      <Descriptions page={page} />
    </div>
  )
}

function Path({ page, report }: { page: StageModel; report: PathReport }) {
  const words = useDetailsWords()
  const modes = { direct: words.pathDirect, relay: words.pathRelay, server: words.pathServer }
  const mode = page.details.mode.value
  return (
    <section>
      <h3>{words.pathTitle}</h3>
      <p class="path-mode" data-testid="path-mode" data-mode={mode ?? 'unknown'}>
        {mode ? modes[mode] : words.pathUnknown}
      </p>
      <dl class="facts">
        <PathEndFact label={words.selfEnd} end={report.local} />
        <PathEndFact label={words.them} end={report.remote} />
      </dl>
    </section>
  )
}

function PathEndFact({ label, end }: { label: string; end: PathEnd | null }) {
  if (!end) return null
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{endText(end)}</code>
      </dd>
    </div>
  )
}

function Plots({ history, now }: { history: PathReport[]; now: number }) {
  const words = useDetailsWords()
  const series = (name: string, value: (report: PathReport) => number | null): Series => ({
    name,
    samples: history.map((report) => ({ at: report.at, value: value(report) })),
  })
  return (
    <section class="plots">
      <Plot
        title={words.bitrate}
        now={now}
        leastTop={100_000}
        format={formatBitrate}
        series={[
          series(words.sent, ({ send }) => send.audio.bitsPerSecond + send.video.bitsPerSecond),
          series(
            words.received,
            ({ receive }) => receive.audio.bitsPerSecond + receive.video.bitsPerSecond,
          ),
        ]}
      />
      <Plot
        title={words.loss}
        now={now}
        leastTop={0.02}
        format={formatRatio}
        series={[
          series(words.sent, ({ send }) => worstLoss(send)),
          series(words.received, ({ receive }) => worstLoss(receive)),
        ]}
      />
      <Plot
        title={words.roundTrip}
        now={now}
        leastTop={20}
        format={formatMilliseconds}
        series={[series(words.roundTrip, ({ roundTripMs }) => roundTripMs)]}
      />
    </section>
  )
}

function Flows({ report }: { report: PathReport }) {
  const words = useDetailsWords()
  const { send, receive } = report
  const rows = [
    { label: words.video, sent: send.video, received: receive.video },
    { label: words.audio, sent: send.audio, received: receive.audio },
  ]
  return (
    <section>
      <h3>{words.media}</h3>
      <table class="flows">
        <thead>
          <tr>
            <td aria-label={words.media} />
            <th scope="col">{words.sent}</th>
            <th scope="col">{words.received}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, sent, received }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{flowText(words, sent)}</td>
              <td>{flowText(words, received)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Pairs({ report }: { report: PathReport | null }) {
  const words = useDetailsWords()
  const pairs = report?.pairs ?? []
  const lines = pairs.map(
    (pair) =>
      `${endText(pair.local)} → ${endText(pair.remote)} ${pair.state}` +
      (pair.roundTripMs === null ? '' : ` ${formatMilliseconds(pair.roundTripMs)}`) +
      (pair.isSelected ? ` (${words.pairSelected})` : ''),
  )
  return (
    <Collapsible
      title={`${words.pairs} (${pairs.length})`}
      text={lines.join('\n') || words.pairsNone}
      testId="pairs"
    />
  )
}

function Descriptions({ page }: { page: StageModel }) {
  const words = useDetailsWords()
  const { local, remote } = page.call.descriptions()
  return (
    <>
      <Collapsible
        title={words.localDescription}
        text={local ?? words.nothing}
        testId="local-description"
      />
      <Collapsible
        title={words.remoteDescription}
        text={remote ?? words.nothing}
        testId="remote-description"
      />
    </>
  )
}

function Collapsible({ title, text, testId }: { title: string; text: string; testId: string }) {
  const words = useDetailsWords()
  return (
    <details class="collapsible" data-testid={testId}>
      <summary>{title}</summary>
      <CopyButton text={text} label={words.copy} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  )
}

function endText({ type, address, protocol }: PathEnd): string {
  return `${address} ${protocol} ${type}`
}

function flowText(words: DetailsWords, { codec, picture, bitsPerSecond }: FlowReport): string {
  if (codec === null) return words.nothing
  const parts = [codec]
  if (picture) {
    parts.push(`${picture.width} × ${picture.height}`)
    parts.push(words.framesPerSecond(Math.round(picture.framesPerSecond)))
  }
  parts.push(formatBitrate(bitsPerSecond))
  return parts.join(', ')
}

function worstLoss({ audio, video }: PathReport['send']): number | null {
  const known = [audio.lossRatio, video.lossRatio].filter((ratio) => ratio !== null)
  return known.length > 0 ? Math.max(...known) : null
}
