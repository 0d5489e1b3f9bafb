export { createMessagesGateway } from './gateway.ts'
export { refuseMessagesDialect } from './off.ts'
