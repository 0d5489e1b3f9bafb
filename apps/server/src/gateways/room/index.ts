export { createRoomGateway } from './gateway.ts'
