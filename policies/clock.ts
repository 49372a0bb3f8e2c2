import { instantOf, whyNoInstant } from "../provider/model/instant";
import { PolicyConfigurationError } from "./config";

/**
 * The moment that a run is judged for, as the provider takes it: NOTION_AS_OF, or else the present.
 * @param present milliseconds since 1970
 * @throws {PolicyConfigurationError} when NOTION_AS_OF is no moment
 */
export function clock(env: Readonly<Record<string, string | undefined>>, present: number): number {
  const asOf = env.NOTION_AS_OF?.trim();
  if (asOf === undefined || asOf === "") return present;
  const why = whyNoInstant(asOf);
  if (why !== undefined) throw new PolicyConfigurationError([`NOTION_AS_OF ${why}`]);
  return instantOf(asOf, "from") ?? present;
}
