export { createSocketIo } from './server.ts'
