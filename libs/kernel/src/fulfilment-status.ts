/**
 * Working steps of the merchant that any order may report, in the order of the work; any may be skipped (white
 * paper 6.4, first table). They stand beside the statuses of the flow and never replace one.
 */
export const WORK_STATUSES = [
  'REGISTERED',
  'CHECKED_BY_SERVICE',
  'CHECKED_BY_FINANCE',
  'PICK_LIST_PRINTED',
  'DELIVERY_NOTE_PRINTED',
  'WAYBILL_PRINTED',
  'PICKED',
  'INSPECTED',
  'PACKED',
  'WEIGHED',
  'OUT_OF_WAREHOUSE',
] as const;

export type WorkStatus = (typeof WORK_STATUSES)[number];

/**
 * Where a sub-order stands at the place that has it, and what was done with it there: the words of all
 * services. A channel's codes for them stand in `libs/schemas`, one to one.
 */
export const FULFILMENT_STATUSES = [
  ...WORK_STATUSES,
  // The place knows that the sub-order is for it, and answers.
  'OFFERED',
  'ACCEPTED',
  'REFUSED',
  'SHIPPED',
  // Of a pick-up: the goods wait for the buyer, or come from another store.
  'READY',
  'TRANSFERRING',
  'TRANSFERRED',
  // The buyer wants no goods before they have left: the place is asked, and answers.
  'CANCEL_ASKED',
  'CANCEL_AGREED',
  'CANCEL_DENIED',
  // The buyer sends back goods that have left.
  'RETURN_EXPECTED',
  'RETURNED',
] as const;

export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];
