import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageSchema } from "../../../provider/hosts/plugin/schema";
import { ROLES } from "../../../provider/model/role";
import { docstrings, SCHEMA_FILE } from "../../../tools/schema.mts";

const checkedIn = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));

test("the schema of other languages is as the checks and docstrings make it: else run `npm run schema -- --write`", async () => {
  expect(checkedIn).toEqual(packageSchema(checkedIn.version, await docstrings()));
});

test("each resource takes the place of the dynamic one of its name, in every language: nobody is removed by a move", () => {
  const aliases = Object.entries(checkedIn.resources).map(([type, resource]) => [
    type.split(":").at(-1),
    (resource as { aliases: unknown }).aliases,
  ]);
  expect(Object.fromEntries(aliases)).toEqual(
    Object.fromEntries(aliases.map(([name]) => [name, [{ type: `pulumi-nodejs:dynamic/notion:${name}` }]])),
  );
  expect(aliases.length).toBeGreaterThan(2);
});

test("a language knows each role, and that a token is secret", () => {
  const values = checkedIn.types["notion:index:Role"].enum.map(({ value }: { value: string }) => value);
  expect(values).toEqual([...ROLES]);
  expect(checkedIn.provider.inputProperties.scimToken.secret).toBe(true);
});

test("everything that a program may say of a resource is described", () => {
  type Described = Record<string, { description?: string }>;
  const silent = (all: Record<string, Record<string, Described>>, properties: string) =>
    Object.entries(all).flatMap(([type, each]) =>
      Object.entries(each[properties] ?? {}).flatMap(([key, { description }]) =>
        description ? [] : [`${type}.${key}`],
      ),
    );
  expect(silent(checkedIn.resources, "inputProperties")).toEqual([]);
  expect(silent(checkedIn.types, "properties")).toEqual([]);
});
