import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { PROFILE_ATTRIBUTES } from "../../provider/model/attributes";
import { userInputsSchema } from "../../provider/state/user";
import { repositoryRoot } from "../../tools/repository.mts";

/** What NotionUserArgs declares, and what its documentation says of each. */
function documented(): Map<string, string> {
  const file = join(repositoryRoot, "provider", "resources", "notion-user.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023, true);
  const args = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "NotionUserArgs",
  );
  if (args === undefined || !ts.isInterfaceDeclaration(args)) throw new Error("NotionUserArgs is gone");
  return new Map(
    args.members.map((member) => [
      member.name?.getText(source) ?? "?",
      ts
        .getJSDocCommentsAndTags(member)
        .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? "")
        .join(" "),
    ]),
  );
}

describe("the table of attributes", () => {
  test.each(PROFILE_ATTRIBUTES)(
    "%s can be declared of a NotionUser, is documented there, and is checked",
    (name) => {
      expect(documented().get(name)).toMatch(/\w/);
      expect(Object.keys(userInputsSchema.shape)).toContain(name);
    },
  );

  test("holds everything that NotionUserArgs says of a person's profile", () => {
    const notOfTheProfile = ["userName", "userId", "formerUserName", "initialRole", "adopt", "onRemove"];
    expect([...documented().keys()].filter((name) => !notOfTheProfile.includes(name)).sort()).toEqual(
      [...PROFILE_ATTRIBUTES].sort(),
    );
  });
});
