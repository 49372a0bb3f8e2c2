import { randomUUID } from "node:crypto";
import type { MemberDirectory } from "../../../provider/directory/member-directory.ts";
import type { ScimReader } from "../../../provider/scim/client.ts";
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

/** How the package looks somebody up: first as it does before it adds them, then as it does where that met somebody. */
export interface LookUps {
  first: Watched<object | undefined>;
  thorough: Watched<object | undefined>;
}

export async function lookUps(
  reader: ScimReader,
  directory: MemberDirectory,
  userName: string,
): Promise<LookUps> {
  const first = await watch(() => reader.findUser(userName));
  return { first, thorough: await watch(() => directory.search(userName)) };
}

/** What the package makes of somebody who is there. */
export function judgeLookUps({ first, thorough }: LookUps): Finding {
  const met = `${listed(first.exchanges)}; then ${listed(thorough.exchanges)}`;
  if (thorough.value === undefined) {
    const says =
      thorough.stopped === undefined ? "says that they are not there" : `stops: ${thorough.stopped}`;
    return { met, package: says, verdict: "fails" };
  }
  if (first.value !== undefined) return { met, package: "finds them", verdict: "expected" };
  return {
    met,
    package: "finds them when it has met them: after a 409, or by the listing",
    verdict: "copes",
  };
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
      const { reader, directory } = readers;
      return [
        judgeLookUps(await lookUps(reader, directory(), userName)),
        judgeLookUps(await lookUps(reader, directory(), capitals(userName))),
      ] as const;
    },
    (seen) => {
      if (seen === undefined) return NOBODY_THERE;
      // Where they differ the one that is worse tells more.
      const [small, large] = seen;
      return small.verdict === "expected" ? large : small;
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
