import { z } from "zod";

/** The text by which the engine stands for a value that is not known before an update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** `schema`, or a value that is not known yet, which passes unchanged. Its type leaves that out: what writes never meets it. */
export function orUnknown<T extends z.ZodType>(schema: T): z.ZodType<z.output<T>> {
  return z.union([z.literal(UNKNOWN), schema]) as unknown as z.ZodType<z.output<T>>;
}
