import { loadLibC, type LibC } from './libc.ts'
import { PacketLoop } from './packet-loop.ts'

/** The loop of this thread, as long as somebody uses it, and how many do or will. */
let threadLoop: Promise<PacketLoop | undefined> | undefined
let users = 0

/** Of what is batched, and by what; to be released once. */
export interface TakenLoop {
  loop: PacketLoop
  libc: LibC
}

/** The packet loop of this thread; undefined where there can be none. */
export async function takeLoop(): Promise<TakenLoop | undefined> {
  const libc = loadLibC()
  if (!libc) return undefined
  users += 1
  threadLoop ??= PacketLoop.open(libc)
  const loop = await threadLoop
  if (loop) return { loop, libc }
  users -= 1
  return undefined
}

/** Gives it back: with its last user it is closed. */
export function releaseLoop({ loop }: TakenLoop): void {
  users -= 1
  if (users > 0) return
  threadLoop = undefined
  loop.close()
}
