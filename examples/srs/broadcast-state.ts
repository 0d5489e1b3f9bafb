/** Who agreed to what, and what is on, as the server tells it (docs/dialects/srs.md, SG21). */
export interface Agreement {
  consents: readonly { display: string; purposes: readonly string[] }[]
  active: readonly { purpose: string; by: string }[]
}

/** How it goes, as the server tells it (SG22). */
export interface Progress {
  purpose: string
  state: 'starting' | 'running' | 'stopped' | 'failed'
  fault?: string
  missing?: readonly string[]
  live?: { path: string }
}

/**
 * A broadcast, for one of two people:
 *
 * - `off`: nobody wants one
 * - `waiting`: the other one is asked
 * - `asked`: the other one asks
 * - `agreed`: both agreed, and it may begin
 * - `on`: it is shown, or about to be
 */
export type BroadcastState = 'off' | 'waiting' | 'asked' | 'agreed' | 'on'

export const NOTHING_AGREED: Agreement = { consents: [], active: [] }

const PURPOSE = 'live'

/** How it stands for `display`. */
export function broadcastState({ consents, active }: Agreement, display: string): BroadcastState {
  if (active.some(({ purpose }) => purpose === PURPOSE)) return 'on'
  const willing = consents.filter(({ purposes }) => purposes.includes(PURPOSE))
  const isOwn = willing.some((each) => each.display === display)
  const isPeers = willing.some((each) => each.display !== display)
  if (isOwn) return isPeers ? 'agreed' : 'waiting'
  return isPeers ? 'asked' : 'off'
}

/** Whether it says how a broadcast goes. */
export function isOfBroadcast({ purpose }: Progress): boolean {
  return purpose === PURPOSE
}
