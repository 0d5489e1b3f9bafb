export { reachAddress, RelayGrants } from './relay-grants.ts'
