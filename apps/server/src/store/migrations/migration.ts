import type { Engine } from '../sql/engine.ts'

/** One step from an older schema to the next; never changed once it was published. */
export interface Migration {
  number: number
  /** May begin again after any of them where the database commits each by itself (MySQL). */
  statements: (engine: Engine) => readonly string[]
}
