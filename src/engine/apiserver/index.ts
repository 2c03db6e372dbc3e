export type {
  ApiClient,
  ApiResult,
  DeleteOptions,
  ListOptions,
  PatchType,
  Unstored,
  WatchEvent,
  WriteOptions,
} from './client.ts';
export { type ApiServer, type ApiServerOptions, createApiServer } from './create-api-server.ts';
export { createEventRecorder, type EventRecorder, type EventRecorderOptions } from './event-recorder.ts';
export { listError } from './field-selection.ts';
export { createInformer, type Informer, type InformerHandlers } from './informer.ts';
export { objectKey, splitKey } from './object-key.ts';
export { createWorkQueue, type WorkQueue, type WorkQueueOptions } from './work-queue.ts';
