export { defineHopTrip, type HopTrip, type StepDetail } from './hop-trip.ts';
export { type TripModel, tripModel } from './trip-model.ts';
