/** People and groups from two files: change a row or a rule, then `pulumi preview`. */
import { NotionWorkspace, readGroups, readRoster } from "pulumi-notion";

const groups = readGroups("groups.yaml");

new NotionWorkspace("acme", { people: readRoster("members.csv", { groups }), groups });
