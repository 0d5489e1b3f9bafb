export { reachAddress, RelayGrants } from './relay-grants.ts'
export { SCOPED_PREFIX } from './relay-login.ts'
