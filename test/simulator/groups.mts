import { z } from "zod";
import type { Answer, Exchange } from "./exchange.mts";
import { matcher } from "./filter.mts";
import { misread } from "./group-quirks.mts";
import type { Listing } from "./listing.mts";
import { patched, readPatch } from "./patch.mts";
import { CORE_GROUP_URN, type Group } from "./person.mts";
import { digitsOf } from "./random.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";
import type { Workspace } from "./workspace.mts";

/** The characters that are left of a name that is cut. */
const CUT_NAME = 20;

const GroupSchema = z.object({
  displayName: z.string().trim().min(1),
  members: z
    .array(z.object({ value: z.string() }))
    .nullish()
    .transform((members) => (members ?? []).map(({ value }) => value)),
});

/** /Groups and /Groups/{id}. */
export class Groups {
  readonly #workspace: Workspace;
  readonly #settings: Settings;
  readonly #listing: Listing;

  constructor(workspace: Workspace, settings: Settings, listing: Listing) {
    this.#workspace = workspace;
    this.#settings = settings;
    this.#listing = listing;
  }

  list(exchange: Exchange): Answer {
    let { groups } = this.#workspace;
    const { filter } = exchange.query;
    if (filter !== undefined) {
      const matches = matcher(filter, ["displayName"]);
      groups = groups.filter(({ displayName }) => matches({ displayName }));
    }
    const hidden = this.#settings.listedMembers === "hidden";
    return this.#listing.page(exchange, this.#settings, groups, (group) => {
      const { members, ...rest } = this.#shown(group);
      return hidden || members === undefined ? rest : { ...rest, members };
    });
  }

  get(id: string): Answer {
    return { status: 200, body: this.#shown(this.#group(id)) };
  }

  create(body: unknown): Answer {
    const { displayName: name, members } = readGroup(body);
    const displayName = this.#settings.groupNames === "cut" ? name.slice(0, CUT_NAME) : name;
    if (this.#settings.groupNames === "unique" && this.#workspace.group(displayName) !== undefined) {
      throw new Refusal(409, `A group ${displayName} exists.`, { scimType: "uniqueness" });
    }
    this.#refuseStrangers(members);
    const group = this.#workspace.addGroup(displayName, [...new Set(members)]);
    return { status: 201, body: this.#shown(group), headers: { location: locationOf(group) } };
  }

  patch(id: string, body: unknown): Answer {
    const group = this.#group(id);
    const operations = misread(readPatch(body), this.#settings).map(bareMembers);
    return this.#write(group, patched(groupResource(group), operations));
  }

  replace(id: string, body: unknown): Answer {
    return this.#write(this.#group(id), body);
  }

  remove(id: string): Answer {
    const group = this.#group(id);
    if (group.soleAccess || this.#settings.groupDelete === "refused") {
      throw new Refusal(403, "A page would be left with nobody who has full access.");
    }
    if (this.#settings.groupDelete === "works") this.#workspace.removeGroup(group.id);
    return { status: 204 };
  }

  #write(group: Group, wish: unknown): Answer {
    const { displayName, members } = readGroup(wish);
    const before = new Set(group.members);
    this.#refuseStrangers(members.filter((id) => !before.has(id)));
    const changed = this.#workspace.editGroup(group.id, { displayName, members: [...new Set(members)] });
    const answer: Answer =
      this.#settings.patchAnswer === "empty" ? { status: 204 } : { status: 200, body: this.#shown(changed) };
    if (this.#settings.otherWriter === "after each write") this.#workspace.pushSynced();
    return answer;
  }

  #shown(group: Group): Record<string, unknown> {
    const { shownMembers, memberCount, emptyMembers } = this.#settings;
    const { members, ...rest } = groupResource(group);
    return {
      ...rest,
      ...(memberCount ? { memberCount: group.members.length } : {}),
      ...(emptyMembers === "absent" && group.members.length === 0
        ? {}
        : { members: shownMembers === null ? members : members.slice(0, shownMembers) }),
    };
  }

  #refuseStrangers(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const known = new Set(this.#workspace.memberIds);
    for (const id of ids) {
      if (known.has(id)) continue;
      throw new Refusal(400, `${id} is not a member.`, { scimType: "invalidValue" });
    }
  }

  #group(id: string): Group {
    const group = this.#workspace.groupById(id);
    if (group === undefined) throw new Refusal(404, `Group ${id} not found.`);
    return group;
  }
}

function groupResource(group: Group) {
  return {
    schemas: [CORE_GROUP_URN],
    id: group.id,
    displayName: group.displayName,
    members: group.members.map((value) => ({ value })),
    meta: {
      resourceType: "Group",
      created: digitsOf(`created ${group.id}`),
      lastModified: digitsOf(`modified ${group.id}`),
      location: locationOf(group),
    },
  };
}

function locationOf({ id }: Group): string {
  return `https://scim.notion.invalid/scim/v2/Groups/${id}`;
}

function readGroup(body: unknown): z.infer<typeof GroupSchema> {
  const parsed = GroupSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `body failed validation: ${issue?.path.join(".")}: ${issue?.message}`, {
    scimType: "invalidValue",
  });
}

/** scim-patch removes what is deeply equal, so a member is cut down to its id (others send `display` too). */
function bareMembers<T extends { path?: string | undefined; value?: unknown }>(operation: T): T {
  if (operation.path !== "members") return operation;
  const parsed = z.array(z.object({ value: z.string() })).safeParse(operation.value);
  return parsed.success ? { ...operation, value: parsed.data } : operation;
}
