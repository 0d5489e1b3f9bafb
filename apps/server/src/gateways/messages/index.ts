export { createMessagesGateway } from './gateway.ts'
