import { randomUUID } from "node:crypto";
import { described, field, isRecord, type Json } from "../answer.mts";
import { type Check, CORE_URN, check, NOTION_URN, outcome, type Readers } from "../check.mts";
import { watch } from "../exchanges.mts";
import type { Finding, Question } from "../finding.mts";

const ROLES = ["owner", "membership_admin", "member", "restricted_member"];

/** Which of these a group of entries shows: in all of them, in some, in none. */
export function share(entries: readonly Json[], holds: (entry: Json) => boolean): "all" | "some" | "none" {
  const holding = entries.filter(holds).length;
  return holding === 0 ? "none" : holding === entries.length ? "all" : "some";
}

/** A judgement of what the entries of the first page look like. */
function entriesLook(question: Question, judge: (entries: readonly Json[]) => Finding): Check<Readers> {
  return check(
    question,
    async ({ sample }) => sample,
    (entries) =>
      entries.length === 0
        ? { met: "there are no entries", package: "nothing to do", verdict: "copes" }
        : judge(entries),
  );
}

const roleOf = (entry: Json) => field(entry[NOTION_URN], "role");

export const entries: Check<Readers>[] = [
  entriesLook(
    {
      id: "user.role",
      asked: "entries: the role in Notion's extension",
      expected: `one of ${ROLES.join(", ")}; perhaps another, or none`,
      source: "Notion",
    },
    (people) => {
      const carried = share(people, (entry) => typeof roleOf(entry) === "string");
      const words = new Set(people.map(roleOf).filter((role) => typeof role === "string"));
      const others = [...words].filter((role) => !ROLES.includes(role));
      return {
        met: `in ${carried} of them; other words: ${others.length || "none"}`,
        package: "reads any word, writes one of the four, counts another as more than owner",
        // Somebody whose role is not told can't be managed.
        verdict:
          carried === "none" ? "fails" : others.length > 0 || carried === "some" ? "copes" : "expected",
      };
    },
  ),
  entriesLook(
    {
      id: "user.schemas",
      asked: "entries: schemas",
      expected: "the core URN alone, although the extension is there",
      source: "seen live",
    },
    (people) => {
      const names = (urn: string) =>
        share(people, ({ schemas }) => Array.isArray(schemas) && schemas.includes(urn));
      return {
        met: `core URN in ${names(CORE_URN)}, Notion's in ${names(NOTION_URN)}`,
        package: "looks for the extension itself, not for its name in schemas",
        verdict: names(CORE_URN) === "all" && names(NOTION_URN) === "none" ? "expected" : "copes",
      };
    },
  ),
  entriesLook(
    {
      id: "user.active",
      asked: "entries: active",
      expected: "true in all of them",
      source: "seen live",
    },
    (people) => {
      const kinds = new Set(
        people.map(({ active }) => (typeof active === "boolean" ? `${active}` : typeof active)),
      );
      const met = [...kinds].sort().map((kind) => (kind === "undefined" ? "missing" : kind));
      return {
        met: met.join(", "),
        package: "takes a missing one for active, and understands a text",
        verdict: met.join() === "true" ? "expected" : "copes",
      };
    },
  ),
  entriesLook(
    {
      id: "user.name",
      asked: "entries: parts of the name",
      expected: "any of them may be missing",
      source: "seen live",
    },
    (people) => {
      const parts = ["formatted", "givenName", "familyName"].map(
        (part) => `${part} in ${share(people, ({ name }) => typeof field(name, part) === "string")}`,
      );
      const displayName = share(people, (entry) => typeof entry.displayName === "string");
      return {
        met: `${parts.join(", ")}, displayName in ${displayName}`,
        package: "needs none of them",
        verdict: "expected",
      };
    },
  ),
  entriesLook(
    {
      id: "user.emails",
      asked: "entries: userName and emails",
      expected: "userName in small letters and among the emails, which have no type",
      source: "seen live",
    },
    (people) => {
      const emails = (entry: Json) => (Array.isArray(entry.emails) ? entry.emails.filter(isRecord) : []);
      const small = share(people, ({ userName }) => String(userName) === String(userName).toLowerCase());
      const among = share(people, (entry) => emails(entry).some(({ value }) => value === entry.userName));
      const more = share(people, (entry) => emails(entry).length > 1);
      const typed = share(people, (entry) => emails(entry).some(({ type }) => type !== undefined));
      return {
        met: `small letters in ${small}; among the emails in ${among}; more than one in ${more}; a type in ${typed}`,
        package: "goes by userName, compared in small letters",
        verdict: small === "all" && among === "all" && typed === "none" ? "expected" : "copes",
      };
    },
  ),
  entriesLook(
    {
      id: "user.meta",
      asked: "entries: meta",
      expected: "created is digits that mean nothing, location names another host",
      source: "seen live",
    },
    (people) => {
      const meta = (name: string) => (entry: Json) => String(field(entry.meta, name) ?? "");
      const digits = share(people, (entry) => /^\d+$/.test(meta("created")(entry)));
      const date = share(people, (entry) => /^\d{4}-/.test(meta("created")(entry)));
      const location = share(people, (entry) => meta("location")(entry) !== "");
      return {
        met: `created as digits in ${digits}, as a date in ${date}; a location in ${location}`,
        package: "uses none of it, and follows no location",
        verdict: digits === "all" ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "user.by-id",
      asked: "GET /Users/{id} of somebody who is there",
      expected: "the same entry as in the listing",
      source: "RFC 7644 section 3.4.1",
    },
    async ({ wire, reader, sample: [entry] }) => {
      if (entry === undefined) return undefined;
      const id = String(entry.id);
      const answer = await wire.ask({ path: `/Users/${encodeURIComponent(id)}` });
      return { entry, answer, read: await watch(() => reader.user(id)) };
    },
    (seen) => {
      if (seen === undefined) return { met: "there is nobody", package: "nothing to do", verdict: "copes" };
      const { entry, answer, read } = seen;
      const keys = (value: unknown) => Object.keys(isRecord(value) ? value : {}).sort();
      const same = keys(entry).join() === keys(answer.json).join();
      return {
        met: answer.status === 200 ? (same ? "the same attributes" : "other attributes") : described(answer),
        package: outcome(read, (user) => (user === undefined ? "says that they are not there" : "reads it")),
        verdict: read.value === undefined ? "fails" : same ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "user.unknown-id",
      asked: "GET /Users/{id} of nobody",
      expected: "404 of the API itself",
      source: "RFC 7644 section 3.12",
    },
    async ({ wire, reader }) => {
      const id = randomUUID();
      return { answer: await wire.ask({ path: `/Users/${id}` }), read: await watch(() => reader.user(id)) };
    },
    ({ answer, read }) => ({
      met: described(answer),
      package: outcome(read, (user) =>
        user === undefined ? "takes them as not there" : "takes it for somebody",
      ),
      // Without a 404 that can be believed no removal is ever proven.
      verdict: read.stopped !== undefined || read.value !== undefined ? "fails" : "expected",
    }),
  ),
];
