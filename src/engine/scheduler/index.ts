export { createSchedulerCache, type SchedulerCache } from './cluster-state.ts';
export { fitErrorMessage } from './fit-error.ts';
export { podInfo } from './pod-info.ts';
export { findPreemption } from './preemption.ts';
export { schedulePod } from './schedule-pod.ts';
export { startScheduler } from './scheduler.ts';
