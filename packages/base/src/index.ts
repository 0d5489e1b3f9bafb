export { FakeClock, steadyClock, systemClock, type CancelTimer, type Clock } from './clock.ts'
export { Emitter, type EventMap, type ListenerErrorHandler } from './emitter.ts'
export { DuetError, InvalidStateError, messageOf } from './errors.ts'
export {
  createLogger,
  formatRecord,
  LOG_LEVELS,
  silentLogger,
  type LogFields,
  type Logger,
  type LogLevel,
  type LogRecord,
} from './logger.ts'
export { SerialQueue } from './queue.ts'
