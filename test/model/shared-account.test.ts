import { expect, test } from "vitest";
import { sharedAccountsUnprivileged } from "../../policies/roles";
import type { Rule } from "../../policies/rule";
import { isSharedAccount } from "../../provider/model/shared-account";
import { judged, roleOf, user } from "../policies/declarations";

/** Whether the policies refuse an account as an owner. */
function isRefusedAsOwner(email: string): boolean {
  const rule = sharedAccountsUnprivileged as unknown as Rule;
  const settings = rule.settings.parse({}) as never;
  return judged(rule, [user(email), roleOf(email, "owner")], settings).length > 0;
}

test.each([
  ...["svc-backup", "bot.deploy", "bot_ci", "ci-main", "printer-2nd-floor", "notion-bot", "backup.svc"],
  ...["it.support", "itsupport", "team", "admin2", "devops", "operations", "payroll", "tech", "deploy"],
  ...["everyone", "accounts", "abuse", "hostmaster", "no-reply", "noreply", "donotreply", "info+de", "press"],
])("%s@ is a shared account to `compare`, and the policies refuse it as an owner", (name) => {
  const email = `${name}@example.com`;
  expect([isSharedAccount(email), isRefusedAsOwner(email)]).toEqual([true, true]);
});

test.each([
  ...["ada", "teamara", "dev.patel", "it.girl", "it.becker", "hr.smith", "ops_miller", "hristo", "citizen"],
  // Each further digit doubled the time of an earlier pattern.
  ...["office-manager.jones", `admin${"1".repeat(58)}x`],
])("%s@ is a person to `compare`, who may be an owner by the policies", (name) => {
  const email = `${name}@sales.example.com`;
  expect([isSharedAccount(email), isRefusedAsOwner(email)]).toEqual([false, false]);
});
