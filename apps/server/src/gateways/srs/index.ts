export { createSrsGateway } from './gateway.ts'
export { refuseSrsDialect } from './routes.ts'
