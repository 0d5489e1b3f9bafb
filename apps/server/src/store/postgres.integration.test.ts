import { postgresRecipe } from './testing/postgres-server.ts'
import { serverTests } from './testing/server-tests.ts'

serverTests('PostgreSQL', postgresRecipe())
