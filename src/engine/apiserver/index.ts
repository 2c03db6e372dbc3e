export type { ApiClient, ApiResult, DeleteOptions, ListOptions, PatchType, Unstored, WatchEvent, WriteOptions } from './client.ts';
