/** JSON of the packed form: only arrays, texts and whole numbers. */
export type Packed = string | number | readonly Packed[];
