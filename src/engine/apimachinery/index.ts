export type { CancelTimer, Clock, VirtualClock } from './clock.ts';
export { createRandom, type Random } from './random.ts';
export type { FieldError, Status, StatusReason } from './status.ts';
export { createVirtualClock } from './virtual-clock.ts';
