import type { Step } from './step.ts'

/**
 * Those that take longest come first, so that no worker is left with one of them at the end.
 * Measured on two cores; a file that is not named takes less.
 */
export const LONGEST_FIRST: readonly string[] = [
  'e2e/looks',
  'e2e/mixed',
  'e2e/ringing',
  'e2e/dialect-room',
  'packages/capture/src/live/live.integration',
  'e2e/dialect-srs',
  'e2e/dialect-topic',
  'e2e/dialect-cast',
  'e2e/call',
  'e2e/call-on-tv',
  'e2e/dialect-messages',
  'e2e/check',
  'e2e/accounts',
  'e2e/capture-call',
  'e2e/doctor',
  'apps/server/src/captures/captures.integration',
  'e2e/account-looks',
  'e2e/screen',
  'e2e/relay',
  'e2e/cast',
  'e2e/capture-looks',
  'e2e/account-cookie',
  'apps/server/src/doctor.integration',
  'apps/server/src/databases.integration',
  'packages/capture/src/recording/recording.integration',
  'e2e/cast-networks',
  'e2e/reconnect',
  'apps/server/src/gateways/room/memory.integration',
  'e2e/nat-networks',
  'e2e/devices',
  'e2e/relay-grants',
  'lab/public-address',
  'apps/server/src/cli.integration',
  'apps/server/src/gateways/topic/topic.integration',
]

/** The same steps, in the order in which they are to begin. */
export function longestFirst(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name))
}

function rankOf({ name }: Step): number {
  const rank = LONGEST_FIRST.indexOf(name)
  return rank < 0 ? LONGEST_FIRST.length : rank
}
