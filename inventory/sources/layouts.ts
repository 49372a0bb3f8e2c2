import { quoted } from "../../provider/model/invisible";
import { type ColumnsByField, columnKey, type Field } from "./fields";
import type { LayoutName } from "./source";
import { BLOCKED, COMMON, ENABLED, GOOGLE, OKTA, type StatusWords } from "./status-words";

/** How the export of a vendor is told by its columns, and where it has what. */
interface Layout {
  name: Exclude<LayoutName, "mapped">;
  /** For people. */
  title: string;
  /** It is this one if a column of each line is there. */
  signature: readonly (readonly string[])[];
  /** Column keys by field, the preferred first. */
  fields: Readonly<Partial<Record<Field, readonly string[]>>>;
  /** Without one of these fields it does not say what it is read for. */
  needed: readonly Field[];
  words: (statusColumn: string) => StatusWords;
}

/**
 * The exports that are known. Each stays in English whatever the console's language is; what changes between
 * versions are which columns there are and what stands around their names.
 */
const LAYOUTS: readonly Layout[] = [
  {
    // The properties of a user, as an export by the API has them (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/:
    // status, statusChanged, profile.login, …), or the reports User Accounts (Okta username, Primary email, Okta user
    // status, Status change date) and Okta Password Health (User, Login, Status): https://help.okta.com/en-us/content/topics/reports/
    name: "okta",
    title: "Okta",
    signature: [["login", "oktausername"]],
    fields: {
      email: ["email", "primaryemail", "login", "oktausername"],
      login: ["login", "oktausername"],
      other: ["secondemail", "secondaryemail"],
      name: ["displayname", "userfullname", "fullname", "user"],
      givenName: ["firstname"],
      familyName: ["lastname"],
      status: ["status", "oktauserstatus", "userstatus"],
      since: ["statuschanged", "statuschangedate"],
      manager: ["manageremail", "manager", "managerid"],
      department: ["department"],
      employeeNumber: ["employeenumber"],
    },
    needed: ["status"],
    words: () => OKTA,
  },
  {
    // "Download users": userPrincipalName, displayName, surname, mail, givenName, id (once objectId), userType, jobTitle,
    // department, accountEnabled, …, alternateEmailAddress, https://learn.microsoft.com/en-us/entra/identity/users/users-bulk-download;
    // Get-MgUser and Graph name the rest (employeeId, employeeLeaveDateTime, otherMails, proxyAddresses, deletedDateTime). The
    // export of the Microsoft 365 admin center: User principal name, Block credential, Proxy addresses, Soft deletion timestamp.
    name: "entra",
    title: "Entra ID",
    signature: [["userprincipalname"]],
    fields: {
      email: ["mail", "userprincipalname"],
      login: ["userprincipalname"],
      other: ["proxyaddresses", "othermails", "alternateemailaddress", "alternateemailaddresses"],
      name: ["displayname"],
      givenName: ["givenname", "firstname"],
      familyName: ["surname", "lastname"],
      status: ["accountenabled", "blockcredential"],
      end: ["employeeleavedatetime"],
      deleted: ["deleteddatetime", "softdeletiontimestamp"],
      manager: ["manageruserprincipalname", "managermail", "manager"],
      department: ["department"],
      employeeNumber: ["employeeid"],
      userType: ["usertype"],
    },
    needed: ["status"],
    words: (column) => (column === "blockcredential" ? BLOCKED : ENABLED),
  },
  {
    // "Download users", in English in every language of the console: First Name [Required], Last Name [Required], Email
    // Address [Required], Status [READ ONLY], …, Employee ID, Manager Email, Department,
    // https://support.google.com/a/answer/7348070 and https://support.google.com/a/answer/40057.
    name: "google",
    title: "Google Workspace",
    signature: [["emailaddress"], ["firstname"], ["lastname"]],
    fields: {
      email: ["emailaddress"],
      other: ["worksecondaryemail", "homesecondaryemail", "recoveryemail"],
      givenName: ["firstname"],
      familyName: ["lastname"],
      status: ["status"],
      manager: ["manageremail"],
      department: ["department"],
      employeeNumber: ["employeeid"],
    },
    needed: ["status"],
    words: () => GOOGLE,
  },
  {
    // Notion's own list of members and guests, from its settings. Its columns are documented nowhere: these are the
    // words of its page of people, and `--map email=…,name=…,role=…` reads it if they are others.
    name: "notion",
    title: "Notion's members",
    signature: [
      ["email", "emailaddress", "useremail"],
      ["role", "userrole", "workspacerole", "membershiptype", "membertype", "accesslevel"],
    ],
    fields: {
      email: ["email", "emailaddress", "useremail"],
      name: ["name", "username", "fullname", "displayname"],
      role: ["role", "userrole", "workspacerole", "membershiptype", "membertype", "accesslevel"],
    },
    needed: ["role"],
    words: () => COMMON,
  },
];

/** What a file is, and which of its columns hold what. */
export interface Recognised {
  layout: LayoutName;
  columns: ColumnsByField;
  words: StatusWords;
}

/** For a sentence that says what is known. */
const KNOWN_LAYOUTS = LAYOUTS.map(({ title }) => title).join(", ");

/** Pure: whose export a file is by its columns, or why that cannot be told, as a clause. */
export function recognise(columns: readonly string[]): Recognised | { problem: string } {
  const byKey = new Map<string, string>();
  for (const column of columns) if (!byKey.has(columnKey(column))) byKey.set(columnKey(column), column);
  const layout = LAYOUTS.find(({ signature }) =>
    signature.every((keys) => keys.some((key) => byKey.has(key))),
  );
  if (layout === undefined) {
    return { problem: `its columns are those of no known export (${KNOWN_LAYOUTS})` };
  }
  const { name, title, fields, needed, words } = layout;
  const held: Partial<Record<Field, string[]>> = {};
  for (const [field, keys] of Object.entries(fields)) {
    const there = keys.flatMap((key) => byKey.get(key) ?? []);
    if (there.length > 0) held[field as Field] = there;
  }
  const lacks = needed.find((field) => held[field] === undefined);
  if (lacks !== undefined) {
    return { problem: `it looks like an export of ${title}, but no column says the ${lacks} of anybody` };
  }
  return { layout: name, columns: held, words: words(columnKey(held.status?.[0] ?? "")) };
}

/** Pure: a file whose columns `--map` has named, or which of them it lacks, as a clause. */
export function mapped(map: ColumnsByField, columns: readonly string[]): Recognised | { problem: string } {
  const absent = Object.values(map)
    .flat()
    .find((column) => !columns.includes(column));
  if (absent !== undefined) return { problem: `it has no column ${quoted(absent)}, which --map names` };
  return { layout: "mapped", columns: map, words: COMMON };
}
