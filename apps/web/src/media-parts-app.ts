// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'

export { createCaptureBook, createMediaSwitch, createStreamExchange } from '@duet/client'
