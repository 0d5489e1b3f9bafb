import type { Newcomer, Room } from './room-state.ts'

/** R1, R16: whether there is a free seat for this newcomer, whoever waits for one. */
export function hasSeat({ policy, members }: Room, { dialect }: Newcomer): boolean {
  const { among } = policy
  const isAmong =
    among?.dialect === dialect.name && members.every((other) => other.dialect.name === dialect.name)
  const capacity = isAmong ? among.capacity : policy.capacity
  return capacity === 0 || members.length < capacity
}
