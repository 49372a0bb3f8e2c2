/** A whole workspace from a file: add, change or remove a row, then `pulumi preview`. */
import { NotionWorkspace, readRoster } from "pulumi-notion";

new NotionWorkspace("acme", { people: readRoster("members.csv") });
