import { NEEDED_NODE } from "../cli/versions";

/** The CLI from which on a whole workspace can be imported from a file. */
export const MIN_PULUMI = "3.254.0";

const SET_TOKEN = "`pulumi config set --secret notion:scimToken`";
const ANOTHER_OWNER =
  "Make another member an owner: when the only one leaves, nobody can manage the workspace and the SCIM token ends.";

/** What to do about a check that is not well. */
export const REMEDIATIONS = {
  installNode: `Install Node ${NEEDED_NODE} or newer: https://nodejs.org/`,
  installLibrary: "In the program's folder: `npm install @pulumi/pulumi`",
  installPulumi: "Install it: https://www.pulumi.com/docs/install/",
  updatePulumi: `Update to ${MIN_PULUMI} or newer, which \`pulumi import --file\` needs.`,
  listStacks: "`pulumi stack ls`",
  exportStack: "`pulumi stack export`, which should print the state",
  setToken: `${SET_TOKEN}, or set NOTION_SCIM_TOKEN`,
  replaceToken: `Make a new token, it may have been seen, and ${SET_TOKEN}`,
  sayTokenOwner: "`pulumi config set notion:tokenOwner <e-mail>` with the owner who made the token",
  checkAddress: "Check the address: `pulumi config set notion:baseUrl …`",
  otherServer: "The provider needs patch and filter: check that the address is Notion's.",
  runAgain: "`notion-inventory doctor` again once that is settled",
  addOwner: ANOTHER_OWNER,
  addOwnerIfAll: `Run it again when the workspace is quieter. If there are no more: ${ANOTHER_OWNER}`,
  runUp: "`pulumi up`, which ends it; `notion-inventory drift` with this stack names them",
} as const;

/** What to do about it, by its key. */
export type Remediation = keyof typeof REMEDIATIONS;
