import { z } from "zod";
import { TEXT_ATTRIBUTES } from "../model/attributes";
import { NOTION_SCHEMA, type User } from "../model/record";
import { type Unreadable, unreadable } from "./unreadable";

/** SCIM core user schema, RFC 7643 section 4.1. */
export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

// Any field may be missing or null in a live answer (a member without a family name, without the
// extension); only what this package cannot work without is required. Unknown keys are dropped.
const text = z.string().nullish();

const name = z.object({ formatted: text, givenName: text, familyName: text });
/** Other servers send a truth value as a text, in any case. */
const flag = z
  .preprocess(
    (value) => (typeof value === "string" && /^(true|false)$/i.test(value) ? /^true$/i.test(value) : value),
    z.boolean().nullish(),
  )
  .optional();
const multiValue = z.object({ value: text, type: text, primary: flag });

/** Objects for the attributes of the table, as their paths nest. */
function attributesAt(paths: readonly (readonly string[])[]): z.ZodRawShape {
  const keys = [...new Set(paths.map(([key = ""]) => key))];
  return Object.fromEntries(
    keys.map((key) => {
      const deeper = paths.filter((path) => path[0] === key && path.length > 1).map((path) => path.slice(1));
      return [key, deeper.length === 0 ? text : z.object(attributesAt(deeper)).nullish()];
    }),
  );
}

/** One member as the API returns it, RFC 7643 section 4.1. */
export const userSchema: z.ZodType<User> = z.object({
  ...attributesAt(TEXT_ATTRIBUTES.map(({ path }) => path)),
  id: z.string().min(1),
  userName: z.string().min(1),
  name: name.nullish(),
  displayName: text,
  active: flag,
  emails: z.array(multiValue).nullish(),
  phoneNumbers: z.array(multiValue).nullish(),
  [NOTION_SCHEMA]: z.object({ role: text }).nullish(),
});

/** Far more members or groups than any workspace has: a larger total is an answer that went wrong. */
const MAX_TOTAL = 1_000_000;

/** A page of a listing. */
export interface Page<T> {
  totalResults: number;
  Resources: T[];
  /** Entries that are there and not of the shape of the others. */
  unreadable: Unreadable[];
}

/** A page of a listing, RFC 7644 section 3.4.2. An empty page may leave `Resources` out. */
export function pageSchema<T>(entry: z.ZodType<T>): z.ZodType<Page<T>> {
  return z
    .object({
      totalResults: z.number().int().nonnegative().max(MAX_TOTAL),
      Resources: z.array(z.unknown()).nullish(),
    })
    .transform(({ totalResults, Resources: entries }) => {
      const page: Page<T> = { totalResults, Resources: [], unreadable: [] };
      for (const each of entries ?? []) {
        const read = entry.safeParse(each);
        if (read.success) page.Resources.push(read.data);
        else page.unreadable.push(unreadable(each, read.error));
      }
      return page;
    });
}

const supported = z.object({ supported: z.boolean() }).nullish();

/** What the server says that it can do, RFC 7643 section 5. */
export const serviceProviderConfigSchema = z.object({
  patch: supported,
  bulk: supported,
  filter: z.object({ supported: z.boolean(), maxResults: z.number().nullish() }).nullish(),
  sort: supported,
  etag: supported,
  changePassword: supported,
});
export type ServiceProviderConfig = z.infer<typeof serviceProviderConfigSchema>;
