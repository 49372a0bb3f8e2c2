import { emailOf } from "../../provider/model/email";
import type { User } from "../../provider/model/record";
import { type DeclaredRole, type DeclaredUser, whoOf } from "../live/declared";
import { aboutResource, type Finding } from "./finding";
import { remediationFor } from "./remediations";

type Declaring = DeclaredUser | DeclaredRole;

/** Accounts and the people that a stack declares, by id and by e-mail. */
export interface Identities {
  /** Everybody who is there, by id. */
  live: ReadonlyMap<string, User>;
  /** Everybody who is there, by e-mail. */
  byEmail: ReadonlyMap<string, User>;
  /** The accounts of the state, with the e-mail of each declared person. */
  declared: ReadonlyMap<string, string>;
}

/** Pure: the account that has the e-mail of somebody who is gone, unless it is that of another declared person. */
export function reinvited(resource: Declaring, { byEmail, declared }: Identities): User | undefined {
  const user = byEmail.get(whoOf(resource));
  return user === undefined || declared.has(user.id) ? undefined : user;
}

/** Pure: a declared person whose account is gone. */
export function missing(resource: Declaring, identities: Identities): Finding {
  const who = whoOf(resource);
  const back = reinvited(resource, identities);
  const holder = identities.declared.get(identities.byEmail.get(who)?.id ?? "");
  const { id, declaredId } = resource;
  const declared = "profile" in resource ? "a member" : (resource.role ?? "a role");
  return {
    kind: "missing",
    who,
    ...aboutResource(resource),
    attribute: null,
    declared: back === undefined || id === null ? declared : `${declared} with the id ${id}`,
    ...(back !== undefined
      ? {
          live:
            id === null ? `a member again, with the id ${back.id}` : `a member with another id, ${back.id}`,
          remediation:
            declaredId === undefined || declaredId === back.id
              ? remediationFor("reinvited", resource)
              : "reinvitedById",
        }
      : holder !== undefined
        ? { live: `not a member; the e-mail belongs to ${holder}`, remediation: "emailTaken" }
        : { live: "not a member", remediation: remediationFor("missing", resource) }),
  };
}

/** Pure: the e-mails under which the program declares accounts that have another one now. */
export function emailsLeftBehind(users: readonly DeclaredUser[], { live }: Identities): Set<string> {
  const left = users.filter((declared) => {
    const account = live.get(declared.id ?? "");
    return account !== undefined && emailOf(account) !== whoOf(declared);
  });
  return new Set(left.map(whoOf));
}
