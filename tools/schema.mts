import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import type * as schemas from "../provider/hosts/plugin/schema.ts";
import { ensureBuilt } from "./build.mts";
import { repositoryRoot } from "./repository.mts";

/** Where the schema is checked in: the plugin answers GetSchema with it, and the SDKs of other languages are made from it. */
export const SCHEMA_FILE = join(repositoryRoot, "provider", "hosts", "plugin", "schema.json");

/** The schema as the sources make it. */
export async function currentSchema(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8"));
  await ensureBuilt(console.error);
  const built = join(repositoryRoot, "dist", "provider", "hosts", "plugin", "schema.js");
  const { packageSchema }: typeof schemas = createRequire(import.meta.url)(built);
  const schema = packageSchema(version, await docstrings());
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** The docstrings of everything that a program can import. */
export async function docstrings(): Promise<schemas.Docstrings> {
  const files = globSync("provider/resources/**/*.ts", { cwd: repositoryRoot });
  const found: Record<string, string> = {};
  for (const file of files) {
    const text = await readFile(join(repositoryRoot, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    ts.forEachChild(source, (node) => {
      if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return;
      const name = node.name?.text ?? "";
      note(found, name, node);
      for (const member of node.members)
        if (member.name !== undefined) note(found, `${name}.${member.name.getText(source)}`, member);
    });
  }
  return found;
}

function note(found: Record<string, string>, name: string, node: ts.Node): void {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const words = ts
    .getTextOfJSDocComment(doc?.comment)
    ?.replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
  if (words) found[name] = words;
}

if (import.meta.main) {
  const schema = await currentSchema();
  if (process.argv.includes("--write")) await writeFile(SCHEMA_FILE, schema);
  else process.stdout.write(schema);
}
