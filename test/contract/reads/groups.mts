import { randomUUID } from "node:crypto";
import { described, entriesOf, field, isRecord, type Json } from "../answer.mts";
import { type Check, check, outcome, type Readers } from "../check.mts";
import { watch } from "../exchanges.mts";
import { share } from "./entries.mts";

const membersOf = (group: Json) => (Array.isArray(group.members) ? group.members.filter(isRecord) : []);

export const groups: Check<Readers>[] = [
  check(
    {
      id: "groups.listing",
      asked: "GET /Groups",
      expected: "groups with members[].value",
      source: "seen live",
    },
    async ({ wire, reader }) => ({
      answer: await wire.ask({ path: "/Groups", query: { startIndex: "1", count: "10" } }),
      read: await watch(() => reader.listGroups()),
    }),
    ({ answer, read }) => ({
      met: described(answer),
      package: outcome(read, ({ incomplete, entries }) => {
        const cut = entries.some(({ complete }) => !complete) ? ", of some perhaps not all members" : "";
        return incomplete === undefined ? `reads them${cut}` : "calls them incomplete";
      }),
      verdict: read.stopped === undefined ? "expected" : "copes",
    }),
  ),
  check(
    {
      id: "groups.members",
      asked: "groups: members in the listing",
      expected: "value in all of them; display, $ref and a count are not known",
      source: "seen live",
    },
    async ({ wire }) =>
      entriesOf(await wire.ask({ path: "/Groups", query: { startIndex: "1", count: "100" } })) ?? [],
    (entries) => {
      const members = entries.flatMap(membersOf);
      const has = (name: string) => `${name} in ${share(members, (each) => each[name] !== undefined)}`;
      const counts = share(entries, (each) => Object.values(each).some((value) => typeof value === "number"));
      const listed = share(entries, (each) => Array.isArray(each.members));
      const hundred = entries.some((each) => membersOf(each).length === 100);
      const more = entries.some((each) => membersOf(each).length > 100);
      const longest = more
        ? "more than 100 in one"
        : hundred
          ? "exactly 100 in the longest"
          : "fewer than 100 in each";
      return {
        met: `a list in ${listed}; ${has("value")}, ${has("display")}, ${has("$ref")}, ${has("type")}; a number in ${counts}; ${longest}`,
        package:
          more || !hundred
            ? "goes by members[].value"
            : "does not know whether lists are cut, and puts nobody out by them",
        verdict: entries.length === 0 || (listed === "all" && !hundred) || more ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "groups.by-id",
      asked: "GET /Groups/{id} of a group that is listed",
      expected: "the same members",
      source: "RFC 7644 section 3.4.1",
    },
    async ({ wire }) => {
      const [entry] =
        entriesOf(await wire.ask({ path: "/Groups", query: { startIndex: "1", count: "1" } })) ?? [];
      if (entry === undefined) return undefined;
      return { entry, answer: await wire.ask({ path: `/Groups/${encodeURIComponent(String(entry.id))}` }) };
    },
    (seen) => {
      if (seen === undefined) return { met: "there is no group", package: "nothing to do", verdict: "copes" };
      const { entry, answer } = seen;
      const count = membersOf(isRecord(answer.json) ? answer.json : {}).length;
      const same = count === membersOf(entry).length;
      return {
        met:
          answer.status === 200
            ? same
              ? "as many members"
              : "another number of members"
            : described(answer),
        package: same ? "reads it after each change" : "reads a group by itself where its list may be cut",
        verdict:
          answer.status === 200 && field(answer.json, "id") === entry.id
            ? same
              ? "expected"
              : "copes"
            : "fails",
      };
    },
  ),
  check(
    {
      id: "groups.unknown-id",
      asked: "GET /Groups/{id} of none",
      expected: "404 of the API itself",
      source: "RFC 7644 section 3.12",
    },
    async ({ wire, reader }) => {
      const id = randomUUID();
      return { answer: await wire.ask({ path: `/Groups/${id}` }), read: await watch(() => reader.group(id)) };
    },
    ({ answer, read }) => ({
      met: described(answer),
      package: outcome(read, (group) =>
        group === undefined ? "takes it as not there" : "takes it for a group",
      ),
      verdict: read.stopped !== undefined || read.value !== undefined ? "fails" : "expected",
    }),
  ),
];
