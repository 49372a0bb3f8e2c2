/** A whole workspace from a file: add, change or remove a row, then `pulumi preview`. */
import { join } from "node:path";
import { NotionWorkspace, readRoster } from "pulumi-notion";

new NotionWorkspace("acme", { people: readRoster(join(__dirname, "members.csv")) });
