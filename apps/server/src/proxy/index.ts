export { createProxy, type RuledProxy } from './proxy.ts'
