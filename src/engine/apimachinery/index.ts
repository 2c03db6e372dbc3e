export type { CancelTimer, Clock, VirtualClock } from './clock.ts';
export {
  child,
  duplicate,
  forbidden,
  goJson,
  goQuote,
  index,
  internalError,
  invalid,
  invalidEach,
  key,
  notFound,
  notSupported,
  required,
  sortedMap,
  tooLong,
  tooMany,
  typeInvalid,
} from './field-errors.ts';
export { type FieldRequirement, type ParsedFieldSelector, parseFieldSelector } from './field-selectors.ts';
export { GENERATED_NAME_ALPHABET, generateName, randomSuffix, randomUID } from './generated-names.ts';
export { fnv32, fnv32a, safeEncodeString, utf8Bytes } from './hash.ts';
export { scaledValue } from './int-or-string.ts';
export {
  addressAt,
  formatIP,
  formatPrefix,
  type IPAddressBytes,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMapped,
  isUnspecified,
  maskPrefix,
  offsetOf,
  type Prefix,
  parseCIDR,
  parseCIDRSloppy,
  parseIP,
  parseIPSloppy,
  prefixContains,
  prefixSize,
  unmap,
} from './ip.ts';
export { applyJsonPatch, type JsonPatchResult } from './json-patch.ts';
export {
  formatLabelSelector,
  formatSelector,
  isSelector,
  labelSelectorMatches,
  labelsMatch,
  type ParsedSelector,
  parseSelector,
  type Requirement,
  requirementMatches,
  type Selector,
  selectorMatches,
  toSelector,
} from './label-selectors.ts';
export { applyMergePatch } from './merge-patch.ts';
export {
  asPrefix,
  cIdentifier,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  dns1123SubdomainWithUnderscore,
  envVarName,
  httpHeaderName,
  httpPath,
  inclusiveRange,
  inRange,
  labelValue,
  maxLengthMessage,
  type NameRule,
  pathSegmentName,
  percent,
  portName,
  portNumber,
  qualifiedName,
  serviceName,
  wildcardDns1123Subdomain,
} from './names.ts';
export {
  deepClone,
  deepEqual,
  deepFreeze,
  isPlainObject,
  type Json,
  type JsonObject,
  ownValue,
  setOwn,
} from './plain.ts';
export {
  addQuantities,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  QUANTITY_FORMAT_MESSAGE,
  type Quantity,
  quantityOf,
  wholeValue,
} from './quantity.ts';
export { createRandom, type Random } from './random.ts';
export type { FieldError, Status, StatusReason } from './status.ts';
export {
  applyStrategicMergePatch,
  itemWithoutMergeKey,
  type MergeMember,
  type MergeSchema,
  threeWayMergePatch,
} from './strategic-merge.ts';
export {
  DEFAULT_EPOCH_MS,
  formatMicroTimestamp,
  formatTimestamp,
  humanDuration,
  parseTimestamp,
} from './timestamps.ts';
export { createVirtualClock } from './virtual-clock.ts';
