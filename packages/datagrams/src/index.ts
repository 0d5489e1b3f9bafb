export { batchedDatagrams } from './batched-datagrams.ts'
export { bindError } from './bind-error.ts'
export { bunDatagrams } from './bun-datagrams.ts'
export {
  datagramHandlerOf,
  type BindError,
  type BindErrorCode,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
} from './datagrams.ts'
export { copyBytes } from './copy-bytes.ts'
export { destinationOf, type Destination } from './destination.ts'
export { addressOf, FakeDatagrams, FakePeer } from './fake-datagrams.ts'
export type { IcmpError, IcmpErrorHandler } from './icmp-error.ts'
export { bindAddresses, interfaceAddresses } from './interface-addresses.ts'
export { HEADROOM_BYTES, nextMoment, Packet, TAILROOM_BYTES } from './packet.ts'
export { shareDatagrams } from './shared-datagrams.ts'
export { closeLeftBehind, createWakeUp, waitForWakeUp, wakeUp } from './wake-up.ts'
