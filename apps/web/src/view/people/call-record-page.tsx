import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { CallReport, HistoryCall } from '../../state/people/api-types.ts'
import { readFigures, stretched, type Measure } from '../../state/people/call-figures.ts'
import { isOutgoing } from '../../state/people/history-model.ts'
import { Loaded } from '../../state/people/loaded.ts'
import { titleOf } from '../../state/people/people-model.ts'
import { callSentence } from '../../state/people/people-wording.ts'
import { momentOf } from '../../state/people/said-when.ts'
import { formatBitrate, formatMilliseconds, formatRatio } from '../../state/plot-scale.ts'
import type { FigureSample } from '../../state/ringing/figure-log.ts'
import { durationSentence } from '../../state/wording.ts'
import { useWords } from '../app-context.ts'
import { Plot, type Series } from '../plot.tsx'
import { useDetailsWords } from '../use-details-words.ts'
import { useAccount, usePeopleWords, useSaid, type Home } from './account-context.ts'
import { LoadedView } from './loaded-view.tsx'
import { PageHeading } from './page-heading.tsx'

/** `/calls/<id>`: all that is known of one call. */
export function CallRecordPage({ home, id }: { home: Home; id: string }) {
  const { api } = useAccount()
  const words = usePeopleWords()
  const record = useMemo(() => new Loaded(() => api.call(id)), [id])
  const state = record.state.value
  if (state.name === 'failed' && state.fault.code === 'not-found') {
    return (
      <main class="column" id="content">
        <PageHeading>{words.call.goneTitle}</PageHeading>
        <p class="lead">{words.call.gone}</p>
        <ToHistory />
      </main>
    )
  }
  const name = state.name === 'ready' ? titleOf(state.value.call.with) || words.unnamed : ''
  return (
    <main class="column" id="content">
      <PageHeading>
        <bdi>{state.name === 'ready' ? words.call.title(name) : words.calls.details}</bdi>
      </PageHeading>
      <LoadedView state={state} onRetry={() => void record.load()}>
        {({ call, reports }) => (
          <>
            <Facts home={home} call={call} name={name} />
            <Figures home={home} reports={reports} name={name} />
          </>
        )}
      </LoadedView>
      <ToHistory />
    </main>
  )
}

function ToHistory() {
  const words = usePeopleWords().call
  return (
    <p>
      <a class="button secondary" href="/calls">
        {words.toHistory}
      </a>
    </p>
  )
}

function Facts({ home, call, name }: { home: Home; call: HistoryCall; name: string }) {
  const said = useSaid()
  const words = useWords()
  const { call: page, you } = said.words
  const { startedAt, answeredAt, endedAt } = call
  return (
    <dl class="card call-facts">
      <Fact label={page.who}>
        <bdi>{isOutgoing(call) ? you : name}</bdi>
      </Fact>
      <Fact label={page.kind}>{call.media === 'video' ? page.video : page.audio}</Fact>
      <Fact label={page.when}>{momentOf(startedAt, home.now.value, said)}</Fact>
      <Fact label={page.answered}>
        {answeredAt === null
          ? page.never
          : page.afterSeconds(Math.max(0, Math.round((answeredAt - startedAt) / 1000)))}
      </Fact>
      {answeredAt !== null && endedAt !== null && (
        <Fact label={page.talked}>{durationSentence(words, endedAt - answeredAt)}</Fact>
      )}
      <Fact label={page.howEnded}>
        {answeredAt !== null && call.reason !== null
          ? said.words.ends.out[call.reason]
          : callSentence(call, words, said.words)}
      </Fact>
      {call.text && (
        <Fact label={page.words}>
          <bdi>{call.text}</bdi>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface FiguresProps {
  home: Home
  reports: readonly CallReport[]
  name: string
}

function Figures({ home, reports, name }: FiguresProps) {
  const words = usePeopleWords().call
  const self = home.self.value.id
  const own = readFigures(reports.find(({ userId }) => userId === self)?.figures)
  const theirs = readFigures(reports.find(({ userId }) => userId !== self)?.figures)
  if (!own && !theirs) return <p class="hint">{words.noFigures}</p>
  return (
    <div class="sides">
      <Side title={words.ownFigures} samples={own} />
      <Side title={words.theirFigures(name)} samples={theirs} />
    </div>
  )
}

function Side({ title, samples }: { title: string; samples: FigureSample[] | undefined }) {
  const words = useDetailsWords()
  const people = usePeopleWords()
  const length = samples ? (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0) : 0
  const ends = { left: people.call.start, right: durationSentence(useWords(), length) }
  const series = (label: string, measure: Measure): Series => ({
    name: label,
    samples: stretched(samples ?? [], measure),
  })
  return (
    <section class="card side" data-testid="figures">
      <h2>
        <bdi>{title}</bdi>
      </h2>
      {samples ? (
        <>
          <Plot
            title={words.bitrate}
            now={0}
            ends={ends}
            leastTop={100_000}
            format={formatBitrate}
            series={[
              series(words.sent, 'sentBitsPerSecond'),
              series(words.received, 'receivedBitsPerSecond'),
            ]}
          />
          <Plot
            title={words.loss}
            now={0}
            ends={ends}
            leastTop={0.02}
            format={formatRatio}
            series={[series(words.sent, 'sentLoss'), series(words.received, 'receivedLoss')]}
          />
          <Plot
            title={words.roundTrip}
            now={0}
            ends={ends}
            leastTop={20}
            format={formatMilliseconds}
            series={[series(words.roundTrip, 'roundTripMs')]}
          />
        </>
      ) : (
        <p class="hint">{people.call.noFiguresSide}</p>
      )}
    </section>
  )
}
