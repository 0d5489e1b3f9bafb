import type { UserId } from '@duet/protocol'
import { ConversationModel, type ConversationOptions } from './conversation-model.ts'

/** Conversations kept while others are looked at. */
const MAX_KEPT = 20

/** The conversations that were looked at, so that one comes back to them as they were. */
export class ConversationShelf {
  /** Latest used last. */
  readonly #kept = new Map<UserId | null, ConversationModel>()
  readonly #options: Omit<ConversationOptions, 'other'>

  constructor(options: Omit<ConversationOptions, 'other'>) {
    this.#options = options
  }

  /** The conversation with `other`; null: with everyone. */
  with(other: UserId | null): ConversationModel {
    const model = this.#kept.get(other) ?? new ConversationModel({ ...this.#options, other })
    this.#kept.delete(other)
    this.#kept.set(other, model)
    this.#dropOldest()
    return model
  }

  close(): void {
    for (const model of this.#kept.values()) model.close()
    this.#kept.clear()
  }

  /** What was written and is not kept by the server stays. */
  #dropOldest(): void {
    for (const [other, model] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) return
      if (model.isNeeded.peek()) continue
      model.close()
      this.#kept.delete(other)
    }
  }
}
