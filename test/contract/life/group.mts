import type { GroupRecord } from "../../../provider/model/group.ts";
import type { ScimWriter } from "../../../provider/scim/client.ts";
import { type Answer, described, entriesOf, field, isRecord } from "../answer.mts";
import { type Check, check, outcome } from "../check.mts";
import { listed, watch } from "../exchanges.mts";
import type { Finding, Question } from "../finding.mts";
import type { Wire } from "../wire.mts";

/** What is known of the one group while the checks go on. */
export interface GroupLife {
  wire: Wire;
  writer: ScimWriter;
  name: string;
  /** Ids of three members of the workspace. */
  people: readonly [string, string, string];
  /** Of the group; empty while it is not there. */
  id: string;
  /** Ids of every group that this run made. */
  made: Set<string>;
}

const GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const RFC = "RFC 7644 section 3.5.2";

/** The second name of the group. */
export const otherName = (name: string) => `${name} 2`;

const path = (id: string) => `/Groups/${encodeURIComponent(id)}`;
const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
const unnamed = { nameOf: () => "a member", isGone: () => false };

async function patch({ wire, id }: GroupLife, operation: object): Promise<Answer> {
  const body = { schemas: [PATCH_URN], Operations: [operation] };
  return wire.ask({ method: "PATCH", path: path(id), body });
}

const add = (life: GroupLife, ids: readonly string[]) =>
  patch(life, { op: "add", path: "members", value: values(ids) });

/** Who is in the group, as it shows itself; undefined where it does not. */
async function inside({ wire, id }: GroupLife): Promise<string[] | undefined> {
  const answer = await wire.ask({ path: path(id) });
  return answer.status === 200 ? idsIn(answer.json) : undefined;
}

/** Some servers list somebody twice who was added twice. */
function idsIn(group: unknown): string[] {
  return [...new Set(listedIn(group))];
}

function listedIn(group: unknown): string[] {
  const members = field(group, "members");
  return Array.isArray(members) ? members.filter(isRecord).map(({ value }) => String(value)) : [];
}

/** What a change of one member did to all. */
export function effect(
  before: readonly string[],
  named: string,
  to: "in" | "out",
  after: readonly string[] | undefined,
): string {
  if (after === undefined) return "the group does not show itself";
  const others = before.filter((id) => id !== named);
  const staying = others.filter((id) => after.includes(id)).length;
  const isDone = after.includes(named) === (to === "in");
  const wish = to === "in" ? "they are in it" : "they are out of it";
  if (staying === others.length) return isDone ? `${wish}, the others stay` : "nothing happens";
  return staying === 0
    ? `${isDone ? wish : "they stay"}, EVERYBODY ELSE IS GONE`
    : `${isDone ? wish : "they stay"}, SOME OTHERS ARE GONE`;
}

interface Change {
  answer: Answer;
  effect: string;
}

function judgeChange({ answer, effect: seen }: Change): Finding {
  const isRight = seen.endsWith("the others stay");
  return {
    met: `${described(answer)}: ${seen}`,
    package: isRight ? "can use it" : "proves each form on one person, and puts back whoever vanishes",
    verdict: isRight ? "expected" : "copes",
  };
}

/** One raw change of one member, of a group in which all three were before, or the first two. */
function change(
  question: Omit<Question, "source">,
  to: "in" | "out",
  source: Question["source"],
  operation: (id: string) => object,
): Check<GroupLife> {
  return check<GroupLife, Change>(
    { ...question, source },
    async (life) => {
      const [, , third] = life.people;
      // With all of them in one request it is right on a server whose add replaces, too.
      if (to === "out") await add(life, life.people);
      const before = (await inside(life)) ?? [];
      const answer = await patch(life, operation(third));
      return { answer, effect: effect(before, third, to, await inside(life)) };
    },
    judgeChange,
  );
}

function rename(form: "path" | "value"): Check<GroupLife> {
  return check(
    {
      id: `group.rename.${form}`,
      asked: form === "path" ? "PATCH of the name, with a path" : "PATCH of the name, without a path",
      expected: "renamed, and the members stay",
      source: form === "path" ? RFC : "connectors",
    },
    async (life) => {
      await add(life, life.people);
      const name = form === "path" ? otherName(life.name) : life.name;
      const operation =
        form === "path"
          ? { op: "replace", path: "displayName", value: name }
          : { op: "replace", value: { displayName: name } };
      const answer = await patch(life, operation);
      const after = await life.wire.ask({ path: path(life.id) });
      return {
        answer,
        isRenamed: field(after.json, "displayName") === name,
        members: idsIn(after.json).length,
      };
    },
    ({ answer, isRenamed, members }) => ({
      met: `${described(answer)}: ${isRenamed ? "renamed" : "not renamed"}, ${members === 3 ? "the members stay" : "MEMBERS ARE GONE"}`,
      package: isRenamed && members === 3 ? "can use it" : "tries the other form: see group.package.rename",
      verdict: isRenamed && members === 3 ? "expected" : "copes",
    }),
  );
}

/** What the package makes of something, and whether the group is then as it should be. */
function byPackage(
  question: Omit<Question, "source">,
  prepare: (life: GroupLife) => Promise<unknown>,
  act: (life: GroupLife, known: GroupRecord) => Promise<unknown>,
  isRight: (life: GroupLife, group: { name: unknown; ids: string[] }) => boolean,
): Check<GroupLife> {
  return check(
    { ...question, source: "open question" },
    async (life) => {
      await prepare(life);
      const known = await life.writer.group(life.id);
      const done = await watch(async () => act(life, known as GroupRecord));
      const after = await life.wire.ask({ path: path(life.id) });
      const shown = { name: field(after.json, "displayName"), ids: idsIn(after.json) };
      return { done, right: isRight(life, shown) };
    },
    ({ done, right }) => ({
      met: `${listed(done.exchanges)}; ${right ? "as it should be" : "NOT as it should be"}`,
      package: outcome(done, () => "takes it as done"),
      verdict: done.stopped === undefined && right ? "expected" : "fails",
    }),
  );
}

const sameIds = (ids: readonly string[], wanted: readonly string[]) =>
  ids.length === wanted.length && wanted.every((id) => ids.includes(id));

/** From a group that is made to its end. */
export const GROUP_LIFE: Check<GroupLife>[] = [
  check(
    {
      id: "group.shape",
      asked: "GET of the group",
      expected: "members[].value",
      source: "seen live",
    },
    async (life) => life.wire.ask({ path: path(life.id) }),
    ({ status, json }) => {
      const members = field(json, "members");
      const entries = Array.isArray(members) ? members.filter(isRecord) : [];
      const keys = [...new Set(entries.flatMap((entry) => Object.keys(entry)))].sort();
      const counts = Object.entries(isRecord(json) ? json : {}).filter(
        ([, value]) => typeof value === "number",
      );
      return {
        met: `${status}; ${entries.length} members with ${keys.join(", ") || "nothing"}; ${counts.length === 0 ? "no count" : "a count"}`,
        package: "goes by members[].value",
        verdict: status === 200 && keys.includes("value") ? "expected" : "fails",
      };
    },
  ),
  check(
    {
      id: "group.listed",
      asked: "the listing of groups, read by the package",
      expected: "the group with its members",
      source: "seen live",
    },
    async (life) => {
      const answer = await life.wire.ask({ path: "/Groups", query: { startIndex: "1", count: "100" } });
      const raw = entriesOf(answer)?.find(({ id }) => id === life.id);
      const read = await watch(() => life.writer.listGroups());
      const record = read.value?.entries.find(({ id }) => id === life.id);
      return { isShown: idsIn(raw).length === 2, read, isRead: record?.members.length === 2 };
    },
    ({ isShown, read, isRead }) => ({
      met: `${isShown ? "with its members" : "without its members"}; ${listed(read.exchanges)}`,
      package: outcome(read, () => (isRead ? "knows its members" : "does not know its members")),
      verdict: !isRead ? "fails" : isShown ? "expected" : "copes",
    }),
  ),
  check(
    {
      id: "group.find",
      asked: 'displayName eq "…", and in capitals',
      expected: "the group; nobody",
      source: "Notion",
    },
    async ({ wire, name }) => {
      const ask = async (text: string) => {
        const filter = `displayName eq ${JSON.stringify(text)}`;
        const answer = await wire.ask({ path: "/Groups", query: { filter } });
        const found = entriesOf(answer);
        return found === undefined ? described(answer) : `${found.length} found`;
      };
      return [await ask(name), await ask(name.toUpperCase())];
    },
    (met) => ({
      met: met.join("; "),
      package: "never asks so: it goes by the listing",
      verdict: met[0] === "1 found" ? "expected" : "copes",
    }),
  ),
  change(
    { id: "group.add", asked: "PATCH add of one member", expected: "they are in it, the others stay" },
    "in",
    "seen live",
    (id) => ({ op: "add", path: "members", value: values([id]) }),
  ),
  check(
    {
      id: "group.add-twice",
      asked: "PATCH add of somebody who is in it",
      expected: "200 or 204, and nothing happens",
      source: RFC,
    },
    async (life) => {
      const before = (await inside(life)) ?? [];
      const answer = await add(life, [life.people[2]]);
      const after = listedIn((await life.wire.ask({ path: path(life.id) })).json);
      const isTwice = after.length > new Set(after).size;
      return { answer, isTwice, isSame: sameIds([...new Set(after)], before) };
    },
    ({ answer, isSame, isTwice }) => ({
      met: `${described(answer)}: ${!isSame ? "SOMETHING HAPPENS" : isTwice ? "they are listed twice" : "nothing happens"}`,
      package: "adds nobody who is in it, but when an answer was lost; counts each member once",
      verdict: answer.status < 300 && isSame && !isTwice ? "expected" : "copes",
    }),
  ),
  change(
    {
      id: "group.remove.filter",
      asked: 'PATCH remove of members[value eq "…"]',
      expected: "they are out of it, the others stay",
    },
    "out",
    RFC,
    (id) => ({ op: "remove", path: `members[value eq ${JSON.stringify(id)}]` }),
  ),
  check(
    {
      id: "group.remove-twice",
      asked: "the same of somebody who is not in it",
      expected: "200, 204 or 400 noTarget",
      source: RFC,
    },
    async (life) => {
      const [first, second, third] = life.people;
      await add(life, [first, second]);
      const before = (await inside(life)) ?? [];
      const answer = await patch(life, { op: "remove", path: `members[value eq ${JSON.stringify(third)}]` });
      return { answer, isSame: sameIds((await inside(life)) ?? [], before) };
    },
    ({ answer, isSame }) => ({
      met: `${described(answer)}: ${isSame ? "nothing happens" : "SOMETHING HAPPENS"}`,
      package: "sends it only when an answer was lost; then it reads the group",
      verdict: isSame ? "expected" : "copes",
    }),
  ),
  change(
    {
      id: "group.remove.value",
      asked: "PATCH remove of members with a value",
      expected: "they are out of it, the others stay",
    },
    "out",
    "seen live",
    (id) => ({ op: "Remove", path: "members", value: values([id]) }),
  ),
  rename("path"),
  rename("value"),
  check(
    {
      id: "group.put",
      asked: "PUT of the name without members",
      expected: "the members are gone, or stay",
      source: "open question",
    },
    async (life) => {
      await add(life, life.people);
      const body = { schemas: [GROUP_URN], displayName: life.name };
      const answer = await life.wire.ask({ method: "PUT", path: path(life.id), body });
      return { answer, members: ((await inside(life)) ?? []).length };
    },
    ({ answer, members }) => ({
      met: `${described(answer)}: ${members === 3 ? "the members stay" : members === 0 ? "the members are gone" : "some members are gone"}`,
      package: "never sends it",
      verdict: "expected",
    }),
  ),
  check(
    {
      id: "group.name-twice",
      asked: "POST of a second group of this name",
      expected: "409 uniqueness, or a second group",
      source: "open question",
    },
    async (life) => {
      const body = { schemas: [GROUP_URN], displayName: life.name };
      const answer = await life.wire.ask({ method: "POST", path: "/Groups", body });
      const id = field(answer.json, "id");
      if (answer.status < 300 && typeof id === "string" && id !== life.id) {
        life.made.add(id);
        await life.wire.ask({ method: "DELETE", path: path(id) });
      }
      return answer;
    },
    (answer) => ({
      met: described(answer),
      package: "looks at the listing first; two of one name are an error with both ids",
      verdict: answer.status === 409 || answer.status < 300 ? "expected" : "copes",
    }),
  ),
  byPackage(
    {
      id: "group.package.add",
      asked: "the package adds whoever of the three is not in it",
      expected: "all three are in it",
    },
    // Somebody is in it before: on a server whose add replaces they would be lost.
    (life) => add(life, life.people.slice(0, 1)),
    (life, known) => life.writer.addToGroup(known, life.people, unnamed),
    (life, { ids }) => sameIds(ids, life.people),
  ),
  byPackage(
    {
      id: "group.package.remove",
      asked: "the package takes two of the three out, by whichever form the server knows",
      expected: "the third is left",
    },
    async () => {},
    (life, known) => life.writer.removeFromGroup(known, life.people.slice(0, 2), unnamed),
    (life, { ids }) => sameIds(ids, life.people.slice(2)),
  ),
  byPackage(
    {
      id: "group.package.rename",
      asked: "the package renames it, by whichever form the server knows",
      expected: "renamed, and the member stays",
    },
    async () => {},
    (life, known) => life.writer.renameGroup(known, otherName(life.name), unnamed),
    (life, { name, ids }) => name === otherName(life.name) && sameIds(ids, life.people.slice(2)),
  ),
  check(
    {
      id: "group.delete",
      asked: "the package deletes it",
      expected: "DELETE 204, then a GET that answers 404",
      source: "RFC 7644 section 3.6",
    },
    async (life) => {
      const known = (await life.writer.group(life.id)) as GroupRecord;
      const deleted = await watch(() => life.writer.deleteGroup(known));
      return { deleted, after: await life.wire.ask({ path: path(life.id) }) };
    },
    ({ deleted, after }) => ({
      met: `${listed(deleted.exchanges)}; afterwards ${described(after)}`,
      package: outcome(deleted, () => "takes it as deleted"),
      verdict: deleted.stopped === undefined && after.status === 404 ? "expected" : "fails",
    }),
  ),
];

/** The first step. */
export const CREATE_GROUP: Check<GroupLife> = check(
  {
    id: "group.create",
    asked: "the package creates it with two members",
    expected: "201 with the entry, and both are in it",
    source: "seen live",
  },
  async (life) => {
    const made = await watch(() => life.writer.createGroup(life.name, life.people.slice(0, 2), unnamed));
    const id = made.value?.group.id;
    if (id !== undefined) {
      life.id = id;
      life.made.add(id);
    }
    return { made, members: id === undefined ? [] : await inside(life), people: life.people };
  },
  ({ made, members = [], people }) => ({
    met: listed(made.exchanges),
    package: outcome(made, ({ group }) => `knows ${group.members.length} members of it`),
    verdict: made.stopped === undefined && sameIds(members, people.slice(0, 2)) ? "expected" : "fails",
  }),
);
