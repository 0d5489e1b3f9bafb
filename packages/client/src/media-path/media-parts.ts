export { createCaptureBook } from '../captures/capture-book.ts'
export { createMediaSwitch } from './media-switch.ts'
export { createStreamExchange } from './stream-exchange.ts'
