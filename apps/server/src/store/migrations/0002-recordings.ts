import type { Migration } from './migration.ts'

/** Recordings of calls, and which users were in them. */
export const recordings: Migration = {
  number: 2,
  statements: ({ text, longText, tableOptions }) => [
    `CREATE TABLE recordings (
      id ${text(32)} NOT NULL PRIMARY KEY,
      key_digest ${text(64)} NOT NULL,
      room ${longText} NOT NULL,
      started_at BIGINT NOT NULL,
      ended_at BIGINT,
      state ${text(16)} NOT NULL,
      fault ${text(32)},
      files ${longText} NOT NULL,
      bytes BIGINT NOT NULL,
      names ${longText} NOT NULL
    )${tableOptions}`,
    `CREATE INDEX recordings_by_end ON recordings (state, ended_at)`,
    `CREATE TABLE recording_users (
      user_id INTEGER NOT NULL,
      recording_id ${text(32)} NOT NULL,
      PRIMARY KEY (user_id, recording_id)
    )${tableOptions}`,
    `CREATE INDEX recording_users_by_recording ON recording_users (recording_id)`,
  ],
}
