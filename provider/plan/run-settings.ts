/** What a plan goes by beside what is applied and declared. */
export interface RunSettings {
  /** notion:maxRemovals where it is a number: it is final. */
  maxRemovals: number | undefined;
  /** The e-mail of the token's owner; undefined: not known. */
  tokenOwner: string | undefined;
  /** Whether a setting names the token's owner, or says that they are unknown. Otherwise no owner is demoted or removed. */
  tokenOwnerSaid: boolean;
  /** From how many days before it on an end is told. Default 7. */
  noticeDays: number;
  /** The moment that the plan is for, in milliseconds since 1970. */
  now: number;
  /** Whether that is not the present: then nothing may be written. */
  asOf: string | undefined;
}
