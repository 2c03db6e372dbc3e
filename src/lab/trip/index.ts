export { describeStep } from './describe-step.ts';
export { defineHopTrip, type HopTrip, type StepDetail } from './hop-trip.ts';
export type { Ribbon } from './ribbons.ts';
export { type Column, type Strip, stripOf } from './strip.ts';
export { type TripModel, tripModel } from './trip-model.ts';
