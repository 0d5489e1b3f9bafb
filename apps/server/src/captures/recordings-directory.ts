import { chmod, mkdir, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf } from '@duet/base'
import { StartError } from '../start-error.ts'
import { isRecordingId } from './recording-key.ts'

/** Before the name of a folder that is being removed. */
const DELETED = 'deleted-'

/** Names of files that are ours: `1.webm`, `2-3.mp4`, `both.mp4`. */
const FILE_NAME = /^(?:[12](?:-\d{1,4})?|both)\.(?:webm|mp4)$/

/** The name of the file that shows both members. */
export const MERGED_FILE = 'both.mp4'

/** Where recordings are: a folder for each, which nobody else on this machine may read. */
export class RecordingsDirectory {
  readonly path: string

  /** Makes it when it is missing. Throws a StartError when it can't be used. */
  constructor(path: string) {
    this.path = resolve(path)
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 })
      const probe = join(this.path, `.probe-${process.pid}`)
      writeFileSync(probe, '')
      rmSync(probe)
    } catch (error) {
      throw new StartError(
        'recordings-not-writable',
        `The directory of recordings ${this.path} can't be written (${messageOf(error)}): make it ` +
          'writable, choose another one with --recordings, or off to do without.',
        { cause: error },
      )
    }
  }

  /** Free bytes of its disk, for those who are not root. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path)
    return bavail * bsize
  }

  /** Makes the folder of a recording. */
  async create(id: string): Promise<void> {
    await mkdir(this.folderOf(id), { mode: 0o700 })
  }

  folderOf(id: string): string {
    return join(this.path, id)
  }

  /** Where the files of a member go, without an ending. */
  memberPath(id: string, member: 0 | 1): string {
    return join(this.folderOf(id), String(member + 1))
  }

  mergedPath(id: string): string {
    return join(this.folderOf(id), MERGED_FILE)
  }

  /** The path of a file of a recording; undefined for a name that no such file has. */
  fileAt(id: string, name: string): string | undefined {
    return FILE_NAME.test(name) ? join(this.folderOf(id), name) : undefined
  }

  /** Files of a recording by name, in the order in which they were begun. */
  async filesOf(id: string): Promise<string[]> {
    const names = await readdir(this.folderOf(id)).catch((): string[] => [])
    return names.filter((name) => FILE_NAME.test(name)).sort(byPart)
  }

  async has(id: string): Promise<boolean> {
    const stats = await stat(this.folderOf(id)).catch(() => undefined)
    return stats?.isDirectory() === true
  }

  /** Only this user may read the file. */
  async makePrivate(path: string): Promise<void> {
    await chmod(path, 0o600)
  }

  /** Puts it out of reach: the next start removes it, unless it is shown again. Idempotent. */
  async hide(id: string): Promise<void> {
    await rename(this.folderOf(id), this.#hiddenOf(id)).catch(ignoreMissing)
  }

  /** Undoes `hide`. */
  async show(id: string): Promise<void> {
    await rename(this.#hiddenOf(id), this.folderOf(id)).catch(ignoreMissing)
  }

  /** Idempotent. */
  async remove(id: string): Promise<void> {
    await this.hide(id)
    await rm(this.#hiddenOf(id), { recursive: true, force: true })
  }

  /** What a removal left behind that was broken off: their ids, once they are gone. */
  async removeLeftovers(): Promise<string[]> {
    const removed: string[] = []
    for (const entry of await readdir(this.path, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const id = entry.name.startsWith(DELETED) ? entry.name.slice(DELETED.length) : undefined
      if (id !== undefined && isRecordingId(id)) {
        await rm(join(this.path, entry.name), { recursive: true, force: true })
        removed.push(id)
      } else if (isRecordingId(entry.name)) {
        // One with files may be of another database.
        await rmdir(join(this.path, entry.name)).catch(() => undefined)
      }
    }
    return removed
  }

  #hiddenOf(id: string): string {
    return join(this.path, `${DELETED}${id}`)
  }
}

/** `1-2.mp4` comes before `1-10.mp4`, and after `1.webm`. */
function byPart(one: string, other: string): number {
  return partOf(one) - partOf(other) || one.localeCompare(other)
}

/** Which part of its member a file is; the first one has no number. */
function partOf(name: string): number {
  return Number(/-(\d+)\./.exec(name)?.[1] ?? 1)
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'ENOENT') throw error
}
