/** People and groups from two files: change a row or a rule, then `pulumi preview`. */
import { NotionWorkspace } from "pulumi-notion";

new NotionWorkspace("acme", { roster: "members.csv", groupsFile: "groups.yaml" });
