import type { ComponentChildren } from 'preact'
import type { LoadedState } from '../../state/people/loaded.ts'
import { usePeopleWords } from './account-context.ts'
import { FaultText } from './fault-text.tsx'

export interface LoadedViewProps<Value> {
  state: LoadedState<Value>
  onRetry: () => void
  children: (value: Value) => ComponentChildren
}

/** What is waited for, then the thing itself, or why it did not come. */
export function LoadedView<Value>({ state, onRetry, children }: LoadedViewProps<Value>) {
  const words = usePeopleWords()
  switch (state.name) {
    case 'loading':
      return (
        <p class="hint" role="status">
          {words.loading}
        </p>
      )
    case 'failed':
      return (
        <div class="failed">
          <FaultText fault={state.fault} />
          <button type="button" class="secondary" onClick={onRetry}>
            {words.retry}
          </button>
        </div>
      )
    case 'ready':
      return <>{children(state.value)}</>
  }
}
