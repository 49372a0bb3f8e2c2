import { foldEmail, isEmail } from "../../provider/model/email";
import { UsageError } from "../cli/errors";
import type { Person } from "./person";
import { isOf } from "./rules";

const BY = ["group", "department", "domain", "role"] as const;

/** One `--reviewer`: the reviewer and their people. */
export type ReviewerRule =
  | { by: (typeof BY)[number]; value: string; reviewer: string }
  | { by: "manager" }
  | { by: "everybody"; reviewer: string };

const FORMS =
  "--reviewer wants an e-mail address, `manager`, or one of " +
  `${BY.map((each) => `${each}:NAME`).join(", ")} with =E-MAIL behind it, such as group:Sales=lead@example.com`;

/** Pure: rules as they stand on the command line. @throws {UsageError} */
export function parseReviewers(values: readonly string[]): ReviewerRule[] {
  return values.map((value): ReviewerRule => {
    if (value === "manager") return { by: "manager" };
    if (isEmail(value)) return { by: "everybody", reviewer: foldEmail(value) };
    const [, by, name, reviewer = ""] = /^(group|department|domain|role):(.+)=([^=]+)$/su.exec(value) ?? [];
    if (by === undefined || name === undefined || !isEmail(reviewer)) {
      throw new UsageError(`${FORMS}, not "${value}".`);
    }
    return { by: by as (typeof BY)[number], value: name, reviewer: foldEmail(reviewer) };
  });
}

/** Pure: who reviews a person: the first rule that fits and does not name the person. */
export function reviewerOf(person: Omit<Person, "reviewer">, rules: readonly ReviewerRule[]): string | null {
  const named = rules.map((rule) => namedBy(rule, person));
  return named.find((reviewer) => reviewer !== null && !isOf(reviewer, person)) ?? null;
}

function namedBy(rule: ReviewerRule, person: Omit<Person, "reviewer">): string | null {
  if (rule.by === "everybody") return rule.reviewer;
  if (rule.by === "manager") {
    return person.manager !== null && isEmail(person.manager) ? foldEmail(person.manager) : null;
  }
  return valuesOf(rule.by, person).some((value) => fold(value) === fold(rule.value)) ? rule.reviewer : null;
}

function valuesOf(by: (typeof BY)[number], person: Omit<Person, "reviewer">): string[] {
  if (by === "group") return person.groups;
  if (by === "department") return person.department === null ? [] : [person.department];
  if (by === "role") return person.role === null ? [] : [person.role];
  return [person.userName.slice(person.userName.lastIndexOf("@") + 1)];
}

const fold = (text: string) => text.trim().toLowerCase();
