export { createTopicGateway, refuseTopicDialect } from './gateway.ts'
