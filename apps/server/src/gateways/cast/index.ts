export { createCastDialect } from './dialect.ts'
