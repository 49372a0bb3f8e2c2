import type { Answer, Exchange } from "./exchange.mts";
import { matcher } from "./filter.mts";
import type { Listing } from "./listing.mts";
import { checkRoleForm, patched, readPatch } from "./patch.mts";
import { type Person, ROLES } from "./person.mts";
import { applyProfile, inVerifiedDomain } from "./profile-change.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";
import { readUser, type UserWish, userResource } from "./user-resource.mts";
import type { Workspace } from "./workspace.mts";

const FILTERS = ["email", "userName", "given_name", "family_name"];

/** /Users and /Users/{id}. `tokenOwnerId` in the methods is the owner of the token in use. */
export class Users {
  readonly #workspace: Workspace;
  readonly #settings: Settings;
  readonly #listing: Listing;

  constructor(workspace: Workspace, settings: Settings, listing: Listing) {
    this.#workspace = workspace;
    this.#settings = settings;
    this.#listing = listing;
  }

  list(exchange: Exchange): Answer {
    let people = this.#workspace.people.filter(({ standing }) => standing === "member");
    const { filter } = exchange.query;
    if (filter !== undefined) {
      const matches = matcher(filter, FILTERS);
      people = people.filter((person) => this.#filterViews(person).some(matches));
    }
    return this.#listing.page(exchange, this.#settings, people, userResource);
  }

  get(id: string): Answer {
    return { status: 200, body: userResource(this.#member(id)) };
  }

  create(body: unknown): Answer {
    const { profile, role } = readUser(body);
    checkRole(role);
    const known = this.#workspace.person(profile.userName);
    if (known?.standing === "member") {
      throw new Refusal(409, `${profile.userName} is already a member.`, { scimType: "uniqueness" });
    }
    this.#refuseTakenAddresses(profile, known, (taken) => {
      throw new Refusal(409, `${taken} belongs to another account.`, { scimType: "uniqueness" });
    });
    const person = known ?? this.#workspace.create({ ...profile, emails: addressesOf(profile) });
    // An account that exists keeps its own name (notion-scim.md, POST).
    if (known && inVerifiedDomain(known.userName, this.#settings)) {
      applyProfile(known, { ...profile, name: known.name, emails: known.emails }, this.#workspace);
    }
    this.#workspace.join(person, this.#settings.ignoreCreateRole ? "member" : (role ?? "member"));
    const resource = userResource(person);
    return {
      status: 201,
      body: resource,
      headers: { location: `https://scim.notion.invalid/scim/v2/Users/${person.id}` },
    };
  }

  patch(id: string, body: unknown, tokenOwnerId: string | undefined): Answer {
    const person = this.#member(id);
    const operations = readPatch(body);
    checkRoleForm(operations, this.#settings.patchForms);
    const wish = readUser(patched(userResource(person), operations));
    if (wish.role === undefined && person.role !== undefined) {
      throw new Refusal(400, "A role can't be taken away, only changed.", { scimType: "invalidValue" });
    }
    return this.#write(person, wish, tokenOwnerId);
  }

  /** A body without the extension leaves the role alone. */
  replace(id: string, body: unknown, tokenOwnerId: string | undefined): Answer {
    const person = this.#member(id);
    const wish = readUser(body);
    const name = Object.keys(wish.profile.name).length === 0 ? person.name : wish.profile.name;
    return this.#write(person, { ...wish, profile: { ...wish.profile, name } }, tokenOwnerId);
  }

  remove(id: string, tokenOwnerId: string | undefined): Answer {
    const person = this.#member(id);
    this.#refuseToLoseOwner(person, "removed", tokenOwnerId);
    this.#workspace.leave(person);
    return { status: 204 };
  }

  /** All checks come first: a refused request changes nothing. */
  #write(person: Person, wish: UserWish, tokenOwnerId: string | undefined): Answer {
    const newRole = wish.role !== undefined && wish.role !== person.role ? wish.role : undefined;
    checkRole(newRole);
    this.#refuseTakenAddresses(wish.profile, person, (taken) => {
      // Live this is a 500 and never a 409 (notion-scim.md, PATCH).
      throw new Refusal(500, `Unexpected error for ${taken}.`, { style: "notion" });
    });
    const leaves = wish.active === false && person.active;
    if (leaves) this.#refuseToLoseOwner(person, "removed", tokenOwnerId);
    else if (newRole !== undefined) this.#refuseToLoseOwner(person, "demoted", undefined);

    const verified = inVerifiedDomain(person.userName, this.#settings);
    if (verified && inVerifiedDomain(wish.profile.userName, this.#settings)) {
      applyProfile(person, { ...wish.profile, photos: person.photos }, this.#workspace);
    }
    if (newRole !== undefined) this.#workspace.setRole(person, newRole);
    if (leaves) this.#workspace.leave(person);
    // How Notion answers it is not known: RFC 7644 takes it for what it says.
    if (wish.active === true) person.active = true;

    if (this.#settings.patchAnswer === "empty") return { status: 204 };
    return { status: 200, body: { ...userResource(person), ...(leaves ? { active: false } : {}) } };
  }

  #refuseToLoseOwner(person: Person, how: "removed" | "demoted", tokenOwnerId: string | undefined): void {
    if (person.role !== "owner") return;
    if (this.#workspace.owners.length === 1) {
      throw new Refusal(403, `The last owner of a workspace can't be ${how}.`);
    }
    if (person.id === tokenOwnerId) {
      throw new Refusal(403, "The owner whose token is in use can't be removed over SCIM.");
    }
  }

  #refuseTakenAddresses(
    profile: UserWish["profile"],
    self: Person | undefined,
    refuse: (address: string) => never,
  ): void {
    for (const address of [profile.userName, ...profile.emails.map(({ value }) => value)]) {
      const holder = this.#workspace.person(address);
      if (holder !== undefined && holder !== self) refuse(address);
    }
  }

  /** One for each address that `email` finds the person by. */
  #filterViews(person: Person): Record<string, unknown>[] {
    const secondary = this.#settings.emailFilter === "any" ? person.emails.map(({ value }) => value) : [];
    return [person.userName, ...secondary].map((email) => ({
      email,
      userName: person.userName,
      given_name: person.name.givenName,
      family_name: person.name.familyName,
    }));
  }

  #member(id: string): Person {
    const person = this.#workspace.people.find((known) => known.id === id && known.standing === "member");
    if (person === undefined) throw new Refusal(404, `User ${id} not found.`);
    return person;
  }
}

function addressesOf(profile: UserWish["profile"]): { value: string; primary: boolean }[] {
  const others = profile.emails.filter(({ value }) => value !== profile.userName);
  return [
    { value: profile.userName, primary: true },
    ...others.map(({ value }) => ({ value, primary: false })),
  ];
}

function checkRole(role: string | undefined): void {
  if (role !== undefined && !ROLES.includes(role)) {
    throw new Refusal(400, `role must be one of ${ROLES.join(", ")}.`, { scimType: "invalidValue" });
  }
}
