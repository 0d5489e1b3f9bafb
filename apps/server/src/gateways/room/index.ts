export { createRoomDialect } from './dialect.ts'
