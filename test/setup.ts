import { configureGlobal } from 'fast-check';

// One seed, so that a run tells of the change and not of the day. FC_SEED explores others; a failure prints its own.
configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261122) });
