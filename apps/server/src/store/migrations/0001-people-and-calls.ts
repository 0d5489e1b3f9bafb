import type { Migration } from './migration.ts'

/** Rooms, calls, logins, …: ids in two columns of 31 bits, times in milliseconds. */
export const peopleAndCalls: Migration = {
  number: 1,
  statements: ({ text, longText, tableOptions }) => [
    // A row of counters is the lock that keeps ids in the order in which rows appear.
    `CREATE TABLE counters (
      counted ${text(16)} NOT NULL PRIMARY KEY,
      last_id BIGINT NOT NULL
    )${tableOptions}`,

    // A deleted user's row stays, without its name: its id is never used again.
    `CREATE TABLE users (
      id INTEGER NOT NULL PRIMARY KEY,
      name ${text(64)} UNIQUE,
      display_name ${longText} NOT NULL,
      password_hash ${longText} NOT NULL,
      is_administrator SMALLINT NOT NULL,
      do_not_disturb SMALLINT NOT NULL,
      created_at BIGINT NOT NULL,
      last_seen_at BIGINT,
      calls_seen_at BIGINT NOT NULL
    )${tableOptions}`,

    `CREATE TABLE logins (
      id BIGINT NOT NULL PRIMARY KEY,
      user_id INTEGER NOT NULL,
      digest ${text(128)} NOT NULL UNIQUE,
      label ${longText} NOT NULL,
      address ${longText} NOT NULL,
      created_at BIGINT NOT NULL,
      used_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      FOREIGN KEY (user_id) REFERENCES users (id)
    )${tableOptions}`,
    `CREATE INDEX logins_by_user ON logins (user_id, used_at)`,
    `CREATE INDEX logins_by_expiry ON logins (expires_at)`,

    `CREATE TABLE links (
      kind ${text(16)} NOT NULL,
      digest ${text(128)} NOT NULL,
      user_id INTEGER,
      uses INTEGER NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (kind, digest)
    )${tableOptions}`,

    // asked_at: when user_id asked other_id. Both directions: they agreed.
    `CREATE TABLE contacts (
      user_id INTEGER NOT NULL,
      other_id INTEGER NOT NULL,
      asked_at BIGINT NOT NULL,
      PRIMARY KEY (user_id, other_id)
    )${tableOptions}`,
    `CREATE INDEX contacts_by_other ON contacts (other_id)`,
    `CREATE TABLE blocks (
      user_id INTEGER NOT NULL,
      other_id INTEGER NOT NULL,
      PRIMARY KEY (user_id, other_id)
    )${tableOptions}`,
    `CREATE INDEX blocks_by_other ON blocks (other_id)`,

    // low_id and high_id: the two who write to each other; 0 and 0: to everyone.
    `CREATE TABLE messages (
      id BIGINT NOT NULL PRIMARY KEY,
      low_id INTEGER NOT NULL,
      high_id INTEGER NOT NULL,
      from_id INTEGER NOT NULL,
      client_key ${text(64)} NOT NULL,
      body ${longText} NOT NULL,
      sent_at BIGINT NOT NULL,
      UNIQUE (from_id, client_key)
    )${tableOptions}`,
    `CREATE INDEX messages_by_conversation ON messages (low_id, high_id, id)`,
    // other_id 0: the messages to everyone, whose last_id stays 0.
    `CREATE TABLE conversations (
      user_id INTEGER NOT NULL,
      other_id INTEGER NOT NULL,
      last_id BIGINT NOT NULL,
      read_up_to BIGINT NOT NULL,
      PRIMARY KEY (user_id, other_id)
    )${tableOptions}`,

    `CREATE TABLE calls (
      id ${text(64)} NOT NULL PRIMARY KEY,
      caller_id INTEGER NOT NULL,
      callee_id INTEGER NOT NULL,
      media ${text(8)} NOT NULL,
      started_at BIGINT NOT NULL,
      answered_at BIGINT,
      ended_at BIGINT,
      reason ${text(32)},
      words ${longText},
      ended_by INTEGER,
      caller_forgot SMALLINT NOT NULL,
      callee_forgot SMALLINT NOT NULL
    )${tableOptions}`,
    `CREATE INDEX calls_by_caller ON calls (caller_id, started_at)`,
    `CREATE INDEX calls_by_callee ON calls (callee_id, started_at)`,
    `CREATE INDEX calls_by_end ON calls (ended_at)`,
    `CREATE TABLE call_reports (
      call_id ${text(64)} NOT NULL,
      user_id INTEGER NOT NULL,
      made_at BIGINT NOT NULL,
      figures ${longText} NOT NULL,
      PRIMARY KEY (call_id, user_id),
      FOREIGN KEY (call_id) REFERENCES calls (id) ON DELETE CASCADE
    )${tableOptions}`,

    `CREATE TABLE push_subscriptions (
      endpoint_key ${text(64)} NOT NULL PRIMARY KEY,
      user_id INTEGER NOT NULL,
      login_id BIGINT NOT NULL,
      endpoint ${longText} NOT NULL,
      p256dh ${longText} NOT NULL,
      auth ${longText} NOT NULL,
      language ${longText} NOT NULL,
      FOREIGN KEY (login_id) REFERENCES logins (id) ON DELETE CASCADE
    )${tableOptions}`,
    `CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id)`,

    `CREATE TABLE rooms (
      name ${text(128)} NOT NULL PRIMARY KEY,
      owner_id INTEGER NOT NULL,
      has_waiting_room SMALLINT NOT NULL,
      valid_from BIGINT,
      valid_until BIGINT,
      created_at BIGINT NOT NULL
    )${tableOptions}`,
    `CREATE INDEX rooms_by_owner ON rooms (owner_id)`,

    `CREATE TABLE settings (
      name ${text(64)} NOT NULL PRIMARY KEY,
      content ${longText} NOT NULL
    )${tableOptions}`,

    `INSERT INTO counters (counted, last_id) VALUES ('users', 0), ('logins', 0), ('messages', 0)`,
  ],
}
