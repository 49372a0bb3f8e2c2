import { z } from "zod";
import { UNKNOWN } from "../plan/unknown";

/** `schema`, or a value that is not known yet, which passes unchanged. Its type leaves that out: what writes never meets it. */
export function orUnknown<T extends z.ZodType>(schema: T): z.ZodType<z.output<T>> {
  return z.union([z.literal(UNKNOWN), schema]) as unknown as z.ZodType<z.output<T>>;
}
