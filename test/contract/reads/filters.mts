import { randomUUID } from "node:crypto";
import { type Answer, described, entriesOf } from "../answer.mts";
import { type Check, check, type Readers } from "../check.mts";
import { listed, type Watched, watch } from "../exchanges.mts";
import type { Finding, Source } from "../finding.mts";
import type { Wire } from "../wire.mts";

export function filtered(wire: Wire, filter: string): Promise<Answer> {
  return wire.ask({ path: "/Users", query: { filter } });
}

/** Who came, as far as a report may say it: whether it was the one who was asked for. */
export function whoCame(
  answer: Answer,
  userName: string,
): "them alone" | "nobody" | "others too" | "others" | undefined {
  const names = entriesOf(answer)?.map((entry) => String(entry.userName).toLowerCase());
  if (answer.status !== 200 || names === undefined) return undefined;
  if (names.length === 0) return "nobody";
  const there = names.includes(userName.toLowerCase());
  return names.length === 1 && there ? "them alone" : there ? "others too" : "others";
}

const capitals = (text: string) => text.toUpperCase();

/** The first member of the sample with a userName. */
function somebody({ sample }: Readers): string | undefined {
  const found = sample.find(({ userName }) => typeof userName === "string" && userName !== "");
  return found?.userName as string | undefined;
}

const NOBODY_THERE: Finding = {
  met: "there is nobody to look up",
  package: "nothing to do",
  verdict: "copes",
};

function lookUp(attribute: string, source: Source, write: (userName: string) => string, how: string) {
  return check<Readers, { answer: Answer; userName: string } | undefined>(
    {
      id: `filter.${attribute}${how === "" ? "" : ".capitals"}`,
      asked: `${attribute} eq "somebody who is there"${how}`,
      expected: "them alone",
      source,
    },
    async (readers) => {
      const userName = somebody(readers);
      if (userName === undefined) return undefined;
      return {
        userName,
        answer: await filtered(readers.wire, `${attribute} eq ${JSON.stringify(write(userName))}`),
      };
    },
    (seen) => {
      if (seen === undefined) return NOBODY_THERE;
      const who = whoCame(seen.answer, seen.userName);
      return {
        met: who ?? described(seen.answer),
        package: how === "" ? "see filter.package" : "asks in small letters",
        verdict: who === "them alone" ? "expected" : "copes",
      };
    },
  );
}

/** What the package says of somebody who is there. */
export function judgeLookUp(read: Watched<{ userName: string } | undefined>): Finding {
  const requests = listed(read.exchanges);
  if (read.stopped !== undefined)
    return { met: requests, package: `stops: ${read.stopped}`, verdict: "fails" };
  return read.value === undefined
    ? { met: requests, package: "says that they are not there", verdict: "fails" }
    : { met: requests, package: "finds them", verdict: "expected" };
}

export const filters: Check<Readers>[] = [
  lookUp("email", "Notion", (name) => name, ""),
  lookUp("email", "Notion", capitals, ", in capital letters"),
  lookUp("userName", "connectors", (name) => name, ""),
  lookUp("userName", "RFC 7643 section 4.1.1", capitals, ", in capital letters"),
  check(
    {
      id: "filter.package",
      asked: "the package looks up somebody who is there, then in capital letters",
      expected: "found both times, by whichever filter the server knows",
      source: "Notion",
    },
    async (readers) => {
      const userName = somebody(readers);
      if (userName === undefined) return undefined;
      const small = await watch(() => readers.reader.findUser(userName));
      const large = await watch(() => readers.reader.findUser(capitals(userName)));
      return [judgeLookUp(small), judgeLookUp(large)] as const;
    },
    (seen) => {
      if (seen === undefined) return NOBODY_THERE;
      const [small, large] = seen;
      return {
        met: `${small.met}; then ${large.met}`,
        package: small.package === large.package ? small.package : `${small.package}; then ${large.package}`,
        verdict: small.verdict === "fails" || large.verdict === "fails" ? "fails" : "expected",
      };
    },
  ),
  check(
    {
      id: "filter.nobody",
      asked: "the package looks up somebody who is not there",
      expected: "an empty page, so nobody",
      source: "RFC 7644 section 3.4.2",
    },
    ({ reader }) => watch(() => reader.findUser(`nobody-${randomUUID()}@example.com`)),
    (read) => ({
      met: listed(read.exchanges),
      package:
        read.stopped === undefined
          ? read.value === undefined
            ? "says nobody"
            : "finds somebody"
          : `stops: ${read.stopped}`,
      verdict: read.stopped === undefined && read.value === undefined ? "expected" : "fails",
    }),
  ),
  check(
    {
      id: "filter.unknown",
      asked: "a filter by an attribute that does not exist, and one that can't be read (email eq)",
      expected: "400 invalidFilter, or for the first an empty page; never everybody",
      source: "RFC 7644 section 3.4.2.2",
    },
    async ({ wire }) => ({
      unknown: await filtered(wire, 'thereIsNone eq "x"'),
      broken: await filtered(wire, "email eq"),
    }),
    ({ unknown, broken }) => {
      const told = (answer: Answer) => {
        const entries = entriesOf(answer);
        return answer.status === 200 && entries
          ? entries.length === 0
            ? "nobody"
            : "people"
          : described(answer);
      };
      const fine = told(unknown) !== "people" && broken.status === 400;
      return {
        met: `${told(unknown)}; ${told(broken)}`,
        package: "compares the userName of whoever comes, whatever the filter did",
        verdict: fine ? "expected" : "copes",
      };
    },
  ),
];
