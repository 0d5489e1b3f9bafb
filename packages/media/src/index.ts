export type * from './media-server.ts'
