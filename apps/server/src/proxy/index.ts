export { judgeRules } from './own-addresses.ts'
export { createProxy, type RuledProxy } from './proxy.ts'
