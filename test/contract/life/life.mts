import { type Answer, bodyKind, described } from "../answer.mts";
import { type Check, CORE_URN, check, NOTION_URN, outcome, type Writers } from "../check.mts";
import { listed, type Watched, watch } from "../exchanges.mts";
import type { Finding, Verdict } from "../finding.mts";
import { filtered, judgeLookUps, lookUps, whoCame } from "../reads/filters.mts";
import { type Person, type Standing, standingOf } from "./person.mts";

export type Role = "member" | "restricted_member";

/** What is known of the person while the checks go on. */
export interface Life extends Writers {
  /** As met at the start. */
  before: Standing;
  /** Of their entry as it is now. */
  id: string;
  /** The id of the entry that was removed. */
  removedId: string;
}

const PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const TITLE = "Contract check";
const FIRST_ROLE: Role = "restricted_member";

export const withRole = (role: Role) => ({ [NOTION_URN]: { role } });
const path = (id: string) => `/Users/${encodeURIComponent(id)}`;

async function now({ wire, id }: Life): Promise<Answer> {
  return wire.ask({ path: path(id) });
}

const roleIn = (answer: Answer): string | undefined =>
  answer.status === 200 && answer.json !== undefined ? standingOf(answer.json as object).role : undefined;

/** The role that they don't have. */
const otherRole = (role: string | undefined): Role => (role === "member" ? "restricted_member" : "member");

async function changeRole(
  life: Life,
  form: "value" | "path",
): Promise<{ patch: Answer; wanted: Role; held: string | undefined }> {
  const wanted = otherRole(roleIn(await now(life)));
  const operation =
    form === "value"
      ? { op: "replace", value: withRole(wanted) }
      : { op: "replace", path: `${NOTION_URN}:role`, value: wanted };
  const body = { schemas: [PATCH_URN], Operations: [operation] };
  const patch = await life.wire.ask({ method: "PATCH", path: path(life.id), body });
  return { patch, wanted, held: roleIn(await now(life)) };
}

/** A form that one server does not know is no harm as long as the package has the other: life.role judges that. */
export function judgeForm({
  patch,
  wanted,
  held,
}: {
  patch: Answer;
  wanted: string;
  held: string | undefined;
}): Finding {
  const applied = held === wanted ? "applied" : "not applied";
  return {
    met: `${described(patch)}, ${applied}`,
    package: held === wanted ? "can use it" : "tries the other form: see life.role",
    verdict: held === wanted && (patch.status === 200 || patch.status === 204) ? "expected" : "copes",
  };
}

function lookUp(attribute: "email" | "userName"): Check<Life> {
  return check(
    {
      id: `life.look-up.${attribute}`,
      asked: `${attribute} eq "…" right after they were added`,
      expected: "them alone",
      source: attribute === "email" ? "Notion" : "connectors",
    },
    async ({ wire, email }) => ({
      email,
      answer: await filtered(wire, `${attribute} eq ${JSON.stringify(email.toLowerCase())}`),
    }),
    ({ email, answer }) => {
      const who = whoCame(answer, email);
      return {
        met: who ?? described(answer),
        package: "see life.look-up",
        verdict: who === "them alone" ? "expected" : "copes",
      };
    },
  );
}

const gone: Verdict = "expected";

/** From somebody who is there to somebody who has been removed and added again. */
export const LIFE: Check<Life>[] = [
  check(
    {
      id: "life.add-twice",
      asked: "POST of somebody who is there already",
      expected: "409 uniqueness",
      source: "seen live",
    },
    async ({ wire, email }) => {
      const body = { schemas: [CORE_URN], userName: email.toLowerCase() };
      return wire.ask({ method: "POST", path: "/Users", body });
    },
    (answer) => ({
      met: described(answer),
      package: answer.status === 409 ? "looks them up and adopts them" : "takes the entry that is answered",
      verdict: answer.status === 409 ? "expected" : answer.status < 300 ? "fails" : "copes",
    }),
  ),
  lookUp("email"),
  lookUp("userName"),
  check(
    {
      id: "life.look-up",
      asked: "the package looks them up",
      expected: "found, by whichever filter the server knows",
      source: "Notion",
    },
    ({ writer, directory, email }) => lookUps(writer, directory(), email),
    judgeLookUps,
  ),
  ...(["value", "path"] as const).map((form) =>
    check<Life, Awaited<ReturnType<typeof changeRole>>>(
      {
        id: `life.role.${form}`,
        asked: form === "value" ? "PATCH of the role, without a path" : "PATCH of the role, with a path",
        expected: "200 with the user, or 204, and the role is there",
        source: form === "value" ? "connectors" : "RFC 7644 section 3.5.2",
      },
      (life) => changeRole(life, form),
      judgeForm,
    ),
  ),
  check(
    {
      id: "life.role",
      asked: "the package changes the role",
      expected: "changed, by whichever form the server knows",
      source: "Notion",
    },
    async (life) => {
      const wanted = otherRole(roleIn(await now(life)));
      const patched = await watch(() => life.writer.patchUser(life.id, withRole(wanted), "change a role"));
      return { patched, applied: roleIn(await now(life)) === wanted };
    },
    judgeChange,
  ),
  check(
    {
      id: "life.title",
      asked: "the package changes the title",
      expected: "changed in a verified domain; elsewhere perhaps accepted and ignored",
      source: "open question",
    },
    async (life) => {
      const patched = await watch(() => life.writer.patchUser(life.id, { title: TITLE }, "change a title"));
      const answer = await now(life);
      return { patched, applied: standingOf((answer.json ?? {}) as object).title === TITLE };
    },
    (seen) => {
      const finding = judgeChange(seen);
      // An attribute that is not to be had is said, and nothing else depends on it.
      return { ...finding, verdict: finding.verdict === "fails" ? "copes" : finding.verdict };
    },
  ),
  check(
    {
      id: "life.remove",
      asked: "the package removes them",
      expected: "DELETE 204, then a GET that answers 404",
      source: "RFC 7644 section 3.6",
    },
    async (life) => {
      life.removedId = life.id;
      const removed = await watch(() => life.writer.deleteUser(life.id, "the person of this check"));
      return { removed, after: await now(life) };
    },
    ({ removed, after }) => ({
      met: `${listed(removed.exchanges)}; afterwards ${described(after)}`,
      package: outcome(removed, () => "takes them as removed"),
      // Taken for removed and still there is the worst that can be; still there and told so is a server that removes nobody.
      verdict: removed.stopped === undefined && after.status === 404 ? "expected" : "fails",
    }),
  ),
  check(
    {
      id: "life.gone",
      asked: "GET, both filters and the listing after the removal",
      expected: "404, nobody, nobody, not listed",
      source: "RFC 7644 section 3.6",
    },
    async (life) => ({
      answer: await now(life),
      filters: [
        await filtered(life.wire, `email eq ${JSON.stringify(life.email.toLowerCase())}`),
        await filtered(life.wire, `userName eq ${JSON.stringify(life.email.toLowerCase())}`),
      ].map((answer) => whoCame(answer, life.email) ?? described(answer)),
      listing: await watch(() => life.writer.listUsers()),
      id: life.id,
    }),
    ({ answer, filters, listing, id }) => {
      const isListed = listing.value?.entries.some((entry) => entry.id === id) ?? false;
      const there = isListed || filters.includes("them alone");
      return {
        met: `${answer.status}; ${filters.join("; ")}; ${listing.value === undefined ? "no listing" : isListed ? "listed" : "not listed"}`,
        package:
          answer.status === 404 && bodyKind(answer) !== "a web page"
            ? "takes them as gone"
            : "does not take them as gone",
        verdict: answer.status !== 404 ? "fails" : there ? "copes" : gone,
      };
    },
  ),
  check(
    {
      id: "life.remove-twice",
      asked: "the package removes them once more",
      expected: "DELETE 404",
      source: "RFC 7644 section 3.6",
    },
    ({ writer, id }) => watch(() => writer.deleteUser(id, "the person of this check")),
    (removed) => ({
      met: listed(removed.exchanges),
      package: outcome(removed, () => "says that they had gone already"),
      verdict: removed.stopped === undefined ? "expected" : "fails",
    }),
  ),
  check(
    {
      id: "life.back",
      asked: "the package adds them again, with a role",
      expected: "201; the same id or another",
      source: "open question",
    },
    async (life) => {
      const role = (life.before?.role as Role | undefined) ?? FIRST_ROLE;
      const added = await add(life, role);
      return { added, role, removedId: life.removedId };
    },
    ({ added, role, removedId }) => {
      const finding = judgeAdded(added, role);
      if (added.value === undefined) return finding;
      const id = added.value.id === removedId ? "the same id" : "another id";
      return {
        ...finding,
        met: `${finding.met}, ${id}`,
        package: `${finding.package}, and goes by the id of the answer`,
      };
    },
  ),
];

/** The first step, where they are not there. */
export const ADD: Check<Life> = check(
  {
    id: "life.add",
    asked: "the package adds them, with a role",
    expected: "201 with the entry, in that role",
    source: "Notion",
  },
  (life) => add(life, FIRST_ROLE),
  (added) => judgeAdded(added, FIRST_ROLE),
);

async function add(life: Life, role: Role): Promise<Watched<Person>> {
  const added = await watch(async () =>
    standingOf(await life.writer.createUser({ userName: life.email.toLowerCase(), ...withRole(role) })),
  );
  if (added.value !== undefined) life.id = added.value.id;
  return added;
}

export function judgeAdded(added: Watched<Person>, role: string): Finding {
  const met = listed(added.exchanges);
  if (added.value === undefined) return { met, package: `stops: ${added.stopped}`, verdict: "fails" };
  if (added.value.role === role)
    return { met: `${met}, in the role`, package: "takes the entry as it is", verdict: "expected" };
  const inRole = added.value.role === undefined ? "with no role" : "in another role";
  return { met: `${met}, ${inRole}`, package: "sets the role by a PATCH", verdict: "copes" };
}

/** A change that was accepted and is not there is said by the lifecycle, which reads the answer. */
export function judgeChange({ patched, applied }: { patched: Watched<object>; applied: boolean }): Finding {
  const met = `${listed(patched.exchanges)}; ${applied ? "applied" : "not applied"}`;
  if (patched.stopped !== undefined) return { met, package: `stops: ${patched.stopped}`, verdict: "fails" };
  if (!applied) return { met, package: "says that it was accepted and ignored", verdict: "fails" };
  const forms = patched.exchanges.filter(({ method }) => method === "PATCH").length;
  return { met, package: "changed it", verdict: forms === 1 ? "expected" : "copes" };
}
