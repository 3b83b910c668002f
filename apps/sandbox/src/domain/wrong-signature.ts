/** Whoever connects a client sees what it should have signed; real platforms do not say. The secret is no part of it. */
export const wrongSignature = (refusal: string, signed: string): string =>
  `${refusal}, signed text: ${signed}`;
