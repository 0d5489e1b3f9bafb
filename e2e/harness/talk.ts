import type { ChromiumPerson, PersonOptions } from './chromium.ts'
import { autostart } from './room.ts'
import { type Scene } from './stage.ts'

export interface TalkOptions {
  /** Where both open the room; the server's HTTP address unless said. */
  origin?: string
  /** The room with its key; a new one unless said. */
  link?: string
  /** Holds for both. */
  person?: PersonOptions
}

/** Two people in a call. */
export interface Talk {
  ann: ChromiumPerson
  ben: ChromiumPerson
  link: string
}

/** Ann waits in a room, Ben comes, and both see and hear each other. */
export async function talk(scene: Scene, options: TalkOptions = {}): Promise<Talk> {
  const { ann, ben, link } = await meet(scene, options)
  await Promise.all([ann.hasCall(), ben.hasCall()])
  return { ann, ben, link }
}

/** Ann waits in a room and Ben comes; what becomes of it is left to the test. */
export async function meet(scene: Scene, options: TalkOptions = {}): Promise<Talk> {
  const link = options.link ?? scene.newRoom(options.origin)
  const ann = await scene.newPerson({ ...options.person, name: 'Ann' })
  await ann.goto(autostart(link, 'Ann'))
  await ann.waitForState('waiting')
  const ben = await scene.newPerson({ ...options.person, name: 'Ben' })
  await ben.goto(autostart(link, 'Ben'))
  return { ann, ben, link }
}
