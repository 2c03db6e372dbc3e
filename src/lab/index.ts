export { type CommandReference, commandReference } from '../shell/index.ts';
export type { Check, CheckKind, ExchangeFilter, Goal, ObjectName } from './check.ts';
export { type LabPlay, playLab } from './play-lab.ts';
export type {
  CommandResult,
  GoalState,
  LabFile,
  LabSession,
  LabState,
  Problem,
  SourceRange,
  Trip,
} from './protocol.ts';
export { type LabCase, type LabProof, proveLab, type SolutionStep } from './prove-lab.ts';
