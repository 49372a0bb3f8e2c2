import type { Settings } from "../../provider/config";
import { emailOf, foldEmail } from "../../provider/model/email";
import { isActiveOwner, type User } from "../../provider/model/record";
import type { ServiceProviderConfig } from "../../provider/scim/schemas";
import { formatCount } from "../cli/text";
import { endedAccess } from "../drift/expired";
import type { Declared } from "../live/declared";
import type { Remediation } from "./remediations";

/** One thing that was looked at. */
export interface Check {
  about: string;
  status: "ok" | "warning" | "error";
  found: string;
  /** What to do about it; null where it is well. */
  remediation: Remediation | null;
}

/** What `doctor --format json` prints. */
export interface DoctorReport {
  kind: "notion-inventory doctor";
  version: 1;
  /** The moment by which times are judged, where it is not the present (NOTION_AS_OF). */
  asOf: string | null;
  complete: boolean;
  incomplete: string[];
  checks: (Omit<Check, "remediation"> & { remediation: { key: Remediation; text: string } | null })[];
}

export function ok(about: string, found: string): Check {
  return { about, status: "ok", found, remediation: null };
}

export function warning(about: string, found: string, remediation: Remediation): Check {
  return { about, status: "warning", found, remediation };
}

export function problem(about: string, found: string, remediation: Remediation): Check {
  return { about, status: "error", found, remediation };
}

/** Fewer than this, and one person's leaving locks the workspace. */
const MIN_OWNERS = 2;

/** Pure: whether the workspace would survive an owner's leaving. */
export function checkOwners(owners: number, complete: boolean): Check {
  if (owners >= MIN_OWNERS) return ok("owners", inListed(formatCount(owners, "owner"), complete));
  return warning(
    "owners",
    inListed(formatCount(owners, "owner"), complete),
    complete ? "addOwner" : "addOwnerIfAll",
  );
}

/**
 * Pure: whether it is known whose token a run uses, and whether that can be.
 * @param members undefined where they could not be listed as a whole
 */
export function checkTokenOwner(
  { tokenOwner, tokenOwnerSaid }: Pick<Settings, "tokenOwner" | "tokenOwnerSaid">,
  members: readonly User[] | undefined,
): Check {
  const about = "token owner";
  if (!tokenOwnerSaid) return warning(about, "not said: no owner is demoted or removed", "sayTokenOwner");
  if (tokenOwner === undefined)
    return warning(
      about,
      "unknown on purpose: the run that touches this owner ends the token",
      "sayTokenOwner",
    );
  const isOwner = members?.some((user) => emailOf(user) === foldEmail(tokenOwner) && isActiveOwner(user));
  if (isOwner === false)
    return warning(about, `${tokenOwner}, who is no active owner of this workspace`, "sayTokenOwner");
  return ok(about, tokenOwner);
}

/** Pure: how many people a stack declares, each counted once. */
export function checkDeclared({ users, roles }: Declared): Check {
  const people = new Set([...users, ...roles].map(({ id, person }) => id ?? person));
  return ok("declared", `${formatCount(people.size, "person", "people")} in the state of the stack`);
}

/** Pure: how many people of the stack still have expired access. */
export function checkEnds(
  declared: Declared,
  members: readonly User[],
  now: number,
  complete: boolean,
): Check {
  const ended = endedAccess(declared, new Map(members.map((user) => [user.id, user])), now);
  const people = new Set(ended.map(({ id }) => id)).size;
  if (people === 0) return ok("ends", inListed("nobody has expired access", complete));
  return warning(
    "ends",
    inListed(`${formatCount(people, "person still has", "people still have")} expired access`, complete),
    "runUp",
  );
}

/** A number that is not proven to be all of them says so. */
export function inListed(found: string, complete: boolean): string {
  return complete ? found : `${found} in what was listed`;
}

/** Pure: what the server says that it offers; only PATCH and filters are needed. */
export function checkServer(config: ServiceProviderConfig): Check {
  const names = ["patch", "filter", "bulk", "sort", "etag"] as const;
  const said = (name: (typeof names)[number]) =>
    config[name] == null ? "not said" : config[name].supported ? "yes" : "no";
  const found = names.map((name) => `${name} ${said(name)}`).join(", ");
  const isEnough = config.patch?.supported === true && config.filter?.supported === true;
  return isEnough ? ok("server", found) : warning("server", found, "otherServer");
}

/** Pure: whether a version is at least the one that is needed, both such as `3.254.0`. */
export function isAtLeast(version: string, needed: string): boolean {
  const parts = (text: string) => text.replace(/^v/, "").split(/[.+-]/).slice(0, 3).map(Number);
  const [have, want] = [parts(version), parts(needed)];
  for (const [index, part] of want.entries()) {
    const mine = have[index] ?? 0;
    if (mine !== part) return mine > part;
  }
  return true;
}
