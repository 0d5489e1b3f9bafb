import type { Migration } from './migration.ts'
import { peopleAndCalls } from './0001-people-and-calls.ts'
import { recordings } from './0002-recordings.ts'

/** All of them, in order. */
export const MIGRATIONS: readonly Migration[] = [peopleAndCalls, recordings]
