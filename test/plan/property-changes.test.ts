import { expect, test } from "vitest";
import { plan } from "../../provider/plan/plan";
import { stepChanges } from "../../provider/plan/property-changes";
import type { AppliedPerson, DeclaredPerson } from "../../provider/state/person";

const NOW = Date.parse("2026-12-01T09:00:00Z");

function changes(people: Record<string, AppliedPerson>, declared: Record<string, DeclaredPerson>) {
  const ids = Object.fromEntries(Object.keys(people).map((email) => [email, `id of ${email}`]));
  const { steps, heldAs } = plan({ people, ids }, { people: declared }, NOW);
  return stepChanges(steps, people, declared, heldAs).map(({ path, kind }) => `${kind} ${path.join(" ")}`);
}

test("only who differs is named, and in what", () => {
  const before = {
    "ada@example.com": { role: "member", title: "Analyst" },
    "bea@example.com": { role: "owner" },
    "zoe@example.com": { role: "member" },
  };
  const after: Record<string, DeclaredPerson> = {
    "ada@example.com": { role: "owner", department: "IT" },
    "bea@example.com": { role: "owner" },
    "joe@example.com": { role: "member" },
  };
  expect(changes(before, after).sort()).toEqual([
    "add people ada@example.com department",
    "add people joe@example.com",
    "delete people ada@example.com title",
    "delete people zoe@example.com",
    "update people ada@example.com role",
  ]);
});

test("somebody with another e-mail stands in another place", () => {
  const after: Record<string, DeclaredPerson> = {
    "ada.new@example.com": { role: "member", formerUserName: "ada@example.com" },
  };
  expect(changes({ "ada@example.com": { role: "member" } }, after)).toEqual([
    "delete people ada@example.com",
    "add people ada.new@example.com",
  ]);
});

test("somebody who was deactivated differs in that", () => {
  expect(
    changes(
      { "ada@example.com": { role: "member", active: false } },
      { "ada@example.com": { role: "member" } },
    ),
  ).toEqual(["delete people ada@example.com active"]);
});
