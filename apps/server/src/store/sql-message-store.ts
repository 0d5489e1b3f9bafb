import type { UserId } from '@duet/rules'
import type { Conversation, Message, MessageStore, NewMessage } from './message-store.ts'
import type { SqlDatabase, SqlInteger, SqlSession } from './sql/database.ts'
import { digestOf } from './sql/digest.ts'
import { insertion } from './sql/engine.ts'
import { nextId } from './sql/next-id.ts'
import { plainValue } from './sql/plain-value.ts'
import { StoreError } from './store-error.ts'

const COLUMNS = 'id, low_id, high_id, from_id, body, sent_at'

/** Stands for everyone where a user's id is expected. */
const EVERYONE = 0

/** Text messages in SQL. */
export class SqlMessageStore implements MessageStore {
  readonly #database: SqlDatabase
  readonly #needsContact: boolean

  /** needsContact: what somebody says to everyone is for those with whom it agreed. */
  constructor(database: SqlDatabase, needsContact: boolean) {
    this.#database = database
    this.#needsContact = needsContact
  }

  add(message: NewMessage): Promise<{ message: Message; isNew: boolean }> {
    return this.#database.transaction(async (session) => {
      // First, so that of two at once the second one waits and finds what the first one kept.
      const id = await nextId(session, 'messages')
      const clientKey = digestOf(message.clientId)
      const [before] = await session.rows<MessageRow>(
        `SELECT ${COLUMNS} FROM messages WHERE from_id = ? AND client_key = ?`,
        [message.from, clientKey],
      )
      if (before) return { message: messageOf(before), isNew: false }
      await insertMessage(session, { id, clientKey, message })
      const { from, to, body, sentAt } = message
      const kept = { id, from, to, body: String(plainValue(body)), sentAt }
      return { message: kept, isNew: true }
    })
  }

  async between(
    userId: UserId,
    other: UserId | null,
    page: { before?: number; limit: number },
  ): Promise<Message[]> {
    const forReader = other === null ? `AND ${this.#reaches('?', 'm')}` : ''
    const readers = Array.from(forReader.matchAll(/\?/g), () => userId)
    const rows = await this.#database.rows<MessageRow>(
      `SELECT ${COLUMNS} FROM messages m WHERE low_id = ? AND high_id = ? AND id < ? ${forReader}
       ORDER BY id DESC LIMIT ?`,
      [...pairOf(userId, other), page.before ?? Number.MAX_SAFE_INTEGER, ...readers, page.limit],
    )
    return rows.map(messageOf).toReversed()
  }

  async conversationsOf(userId: UserId): Promise<Conversation[]> {
    const rows = await this.#database.rows<
      MessageRow & { other_id: SqlInteger; unread: SqlInteger }
    >(
      `SELECT c.other_id, ${COLUMNS.split(', ')
        .map((column) => `m.${column}`)
        .join(', ')},
        (SELECT COUNT(*) FROM messages u WHERE u.low_id = m.low_id AND u.high_id = m.high_id
          AND u.id > c.read_up_to AND u.from_id <> c.user_id
          AND (c.other_id <> 0 OR ${this.#reaches('c.user_id', 'u')})) AS unread
       FROM conversations c JOIN messages m ON m.id = CASE c.other_id
         WHEN 0 THEN (SELECT e.id FROM messages e WHERE e.low_id = 0 AND e.high_id = 0
           AND ${this.#reaches('c.user_id', 'e')} ORDER BY e.id DESC LIMIT 1)
         ELSE c.last_id END
       WHERE c.user_id = ? ORDER BY m.id DESC`,
      [userId],
    )
    return rows.map((row) => ({
      with: Number(row.other_id) === EVERYONE ? null : Number(row.other_id),
      last: messageOf(row),
      unread: Number(row.unread),
    }))
  }

  markRead(userId: UserId, other: UserId | null, upTo: number): Promise<number> {
    return this.#database.transaction(async (session) => {
      const pair = pairOf(userId, other)
      const [last] = await session.rows<{ id: SqlInteger | null }>(
        'SELECT MAX(id) AS id FROM messages WHERE low_id = ? AND high_id = ?',
        pair,
      )
      // What does not exist yet can't have been read.
      const readUpTo = Math.min(upTo, Number(last?.id ?? 0))
      await session.run(
        `UPDATE conversations SET read_up_to = ?
         WHERE user_id = ? AND other_id = ? AND read_up_to < ?`,
        [readUpTo, userId, other ?? EVERYONE, readUpTo],
      )
      const [row] = await session.rows<{ unread: SqlInteger }>(
        `SELECT COUNT(*) AS unread FROM messages m
         JOIN conversations c ON c.user_id = ? AND c.other_id = ?
         WHERE m.low_id = ? AND m.high_id = ? AND m.id > c.read_up_to AND m.from_id <> ?
           AND (c.other_id <> 0 OR ${this.#reaches('c.user_id', 'm')})`,
        [userId, other ?? EVERYONE, ...pair, userId],
      )
      return Number(row?.unread ?? 0)
    })
  }

  /** M3, U5: whether a message to everyone is for `reader`, who may see the one who said it. */
  #reaches(reader: string, message: string): string {
    const from = `${message}.from_id`
    const agreed = this.#needsContact ? `AND ${asked(reader, from)} AND ${asked(from, reader)}` : ''
    return `(${from} = ${reader} OR (NOT EXISTS (SELECT 1 FROM blocks b
      WHERE (b.user_id = ${reader} AND b.other_id = ${from})
        OR (b.user_id = ${from} AND b.other_id = ${reader})) ${agreed}))`
  }
}

interface MessageRow {
  id: SqlInteger
  low_id: SqlInteger
  high_id: SqlInteger
  from_id: SqlInteger
  body: string
  sent_at: SqlInteger
}

function messageOf(row: MessageRow): Message {
  const from = Number(row.from_id)
  const [low, high] = [Number(row.low_id), Number(row.high_id)]
  const to = low === from ? high : low
  return {
    id: Number(row.id),
    from,
    to: low === EVERYONE ? null : to,
    body: row.body,
    sentAt: Number(row.sent_at),
  }
}

/** What names the conversation of two, whoever of them asks. */
function pairOf(userId: UserId, other: UserId | null): [low: number, high: number] {
  if (other === null) return [EVERYONE, EVERYONE]
  return [Math.min(userId, other), Math.max(userId, other)]
}

async function insertMessage(
  session: SqlSession,
  { id, clientKey, message }: { id: number; clientKey: string; message: NewMessage },
): Promise<void> {
  const { from, to, body, sentAt } = message
  const concerned = to === null || to === from ? [from] : [from, to]
  const there = await session.rows(
    `SELECT 1 FROM users WHERE id IN (${concerned.map(() => '?').join(', ')}) AND name IS NOT NULL`,
    concerned,
  )
  if (there.length !== concerned.length) throw new StoreError('not-found', 'there is no such user')
  await session.run(
    insertion('messages', ['id', 'low_id', 'high_id', 'from_id', 'client_key', 'body', 'sent_at']),
    [id, ...pairOf(from, to), from, clientKey, body, sentAt],
  )
  if (to === null) return
  await moveConversation(session, { userId: from, other: to, id })
  if (to !== from) await moveConversation(session, { userId: to, other: from, id })
}

async function moveConversation(
  session: SqlSession,
  { userId, other, id }: { userId: UserId; other: UserId; id: number },
): Promise<void> {
  const moved = await session.run(
    'UPDATE conversations SET last_id = ? WHERE user_id = ? AND other_id = ?',
    [id, userId, other],
  )
  if (moved > 0) return
  await session.run(insertion('conversations', ['user_id', 'other_id', 'last_id', 'read_up_to']), [
    userId,
    other,
    id,
    0,
  ])
}

/** Whether one asked the other; both are SQL. */
function asked(one: string, other: string): string {
  return `EXISTS (SELECT 1 FROM contacts k WHERE k.user_id = ${one} AND k.other_id = ${other})`
}
