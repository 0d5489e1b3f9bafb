import { familyOf, ipOf, portOf, type IpFamily, type TransportAddress } from '@duet/stun'

const PORTS = 65_536
const FAMILIES = 2
const NOBODY = 0

/** Which thread has the relay at a port, for all threads. */
export interface RelayTableMemory {
  /** By family and port; 0 where there is no relay, otherwise one more than the thread's number. */
  owners: SharedArrayBuffer
  /** File descriptors, for whoever has to clean up after a thread. */
  sockets: SharedArrayBuffer
}

/** Makes an empty table. */
export function createRelayTable(): RelayTableMemory {
  return {
    owners: new SharedArrayBuffer(FAMILIES * PORTS),
    sockets: new SharedArrayBuffer(FAMILIES * PORTS * 4),
  }
}

/** The table as one thread sees it. */
export class RelayTable {
  readonly #owners: Uint8Array
  readonly #sockets: Int32Array

  constructor({ owners, sockets }: RelayTableMemory) {
    this.#owners = new Uint8Array(owners)
    this.#sockets = new Int32Array(sockets)
  }

  /** A thread opened a relay at its own address `local`. */
  add(thread: number, local: TransportAddress, fd: number): void {
    const place = placeOf(familyOf(ipOf(local)), portOf(local))
    Atomics.store(this.#sockets, place, fd)
    Atomics.store(this.#owners, place, thread + 1)
  }

  /** It closed it again. */
  remove(thread: number, local: TransportAddress): void {
    const place = placeOf(familyOf(ipOf(local)), portOf(local))
    Atomics.compareExchange(this.#owners, place, thread + 1, NOBODY)
  }

  /** The thread that has a relay at this port, if one does. */
  ownerOf(address: TransportAddress): number | undefined {
    const owner = Atomics.load(this.#owners, placeOf(familyOf(ipOf(address)), portOf(address)))
    return owner === NOBODY ? undefined : owner - 1
  }

  /** Takes the relays of a thread that is gone out; returns their sockets. */
  takeAll(thread: number): number[] {
    const fds: number[] = []
    for (const [place, owner] of this.#owners.entries()) {
      if (owner !== thread + 1) continue
      fds.push(Atomics.load(this.#sockets, place))
      Atomics.store(this.#owners, place, NOBODY)
    }
    return fds
  }
}

function placeOf(family: IpFamily, port: number): number {
  return (family === 4 ? 0 : PORTS) + port
}
