import { z } from "zod";
import { ROLES } from "../../model/role";
import { REMOVAL_FORMS } from "../../scim/group-messages";
import { declaredGroup, GROUP_MODES, GROUP_ON_REMOVE } from "../../state/group";
import { MEMBERSHIP_ON_REMOVE, membershipInputsSchema } from "../../state/group-membership";
import { groupInputsSchema } from "../../state/group-resource";
import { unwrapped } from "../../state/issues";
import { limit } from "../../state/limits";
import { declaredPerson, ON_REMOVE } from "../../state/person";
import { roleInputsSchema } from "../../state/role-assignment";
import { NATIVE_TYPE_TOKENS, PACKAGE, TYPE_TOKENS } from "../../state/type-tokens";
import { userInputsSchema } from "../../state/user";
import { workspaceInputsSchema } from "../../state/workspace";
import { UNDECLARED } from "../../state/world";
import { providerInputsSchema } from "./provider-inputs";

// The schema of the package for other languages: from the checks of each input, and the docstrings of the classes.

/** A docstring by the interface or class and the property, as `NotionUserArgs.title`; of an interface itself by its name. */
export type Docstrings = Readonly<Record<string, string>>;

type Spec = Record<string, unknown>;
type Shape = Readonly<Record<string, z.ZodType>>;

const ENUMS = {
  Role: { values: ROLES, of: "A role in the workspace." },
  OnRemove: { values: ON_REMOVE, of: "What happens to somebody who is taken out of the program." },
  GroupRemoval: { values: REMOVAL_FORMS, of: "The form of a request that takes people out of groups." },
  RoleRemoval: { values: undefined, of: "What deleting a role assignment does." },
  GroupMembers: { values: GROUP_MODES, of: "Whether a group is added to, or has the declared people alone." },
  MembershipOnRemove: { values: MEMBERSHIP_ON_REMOVE, of: "What deleting a membership of a group does." },
  GroupOnRemove: { values: GROUP_ON_REMOVE, of: "What happens to a group that is taken out of the program." },
  Undeclared: { values: UNDECLARED, of: "What happens to unmanaged members." },
} as const;

/** Where each object of the schema has its docstrings: a list, since a person's attributes are those of a user. */
const DOCUMENTED = {
  Person: ["Person", "NotionUserArgs"],
  PersonName: ["NotionUserName"],
  PhoneNumber: ["NotionPhoneNumber"],
  WorkspaceLimits: ["WorkspaceLimits"],
  WorkspaceGroup: ["WorkspaceGroup"],
  GroupRule: ["GroupRule", "Person", "NotionUserArgs"],
  NotionUser: ["NotionUserArgs"],
  NotionRoleAssignment: ["NotionRoleAssignmentArgs"],
  NotionWorkspace: ["NotionWorkspaceArgs"],
  NotionGroup: ["NotionGroupArgs"],
  NotionGroupMembership: ["NotionGroupMembershipArgs"],
  Provider: ["ProviderArgs"],
} as const;
type Documented = keyof typeof DOCUMENTED;

/** Said by the classes of TypeScript, not by a program. */
const NOT_DECLARED = ["redacted"];

const ref = (name: string): Spec => ({ $ref: `#/types/${PACKAGE}:index:${name}` });

/** Pure: the schema of the package, as `GetSchema` answers it. */
export function packageSchema(version: string, docs: Docstrings): Spec {
  const types: Spec = {};
  const spec = (schema: z.ZodType): Spec => {
    const inner = unwrapped(schema);
    if (inner === limit) return { oneOf: [{ type: "integer" }, { type: "string" }] };
    if (inner instanceof z.ZodEnum) return enumSpec(inner.options.map(String));
    if (inner instanceof z.ZodArray) return { type: "array", items: spec(inner.element as z.ZodType) };
    if (inner instanceof z.ZodRecord)
      return { type: "object", additionalProperties: spec(inner.valueType as z.ZodType) };
    if (inner instanceof z.ZodObject) return objectType(inner);
    if (inner instanceof z.ZodBoolean) return { type: "boolean" };
    if (inner instanceof z.ZodNumber) return { type: inner.format === "safeint" ? "integer" : "number" };
    if (inner instanceof z.ZodString) return { type: "string" };
    throw new Error(`The schema has no words for ${inner.constructor.name}.`);
  };
  const enumSpec = (values: string[]): Spec => {
    const found = Object.entries(ENUMS).find(([, known]) => String(known.values) === String(values));
    const name = found?.[0] ?? "RoleRemoval";
    const description = ENUMS[name as keyof typeof ENUMS].of;
    types[`${PACKAGE}:index:${name}`] = {
      type: "string",
      description,
      enum: values.map((value) => ({ name: pascal(value), value })),
    };
    return ref(name);
  };
  const objectType = (object: z.ZodObject): Spec => {
    const name = nameOf(object);
    types[`${PACKAGE}:index:${name}`] = {
      type: "object",
      ...describedAs(docs, DOCUMENTED[name][0]),
      ...propertiesOf(object.shape as Shape, name),
    };
    return ref(name);
  };
  const propertiesOf = (shape: Shape, name: Documented) => {
    const declared = Object.entries(shape).filter(([key]) => !NOT_DECLARED.includes(key));
    return {
      properties: Object.fromEntries(
        declared.map(([key, schema]) => [
          key,
          { ...spec(schema), ...described(docs, DOCUMENTED[name], key) },
        ]),
      ),
      required: declared.flatMap(([key, schema]) => (isOptional(schema) ? [] : [key])),
    };
  };
  const resource = (name: keyof typeof OUTPUTS, shape: Shape) => {
    const inputs = propertiesOf(shape, name);
    const outputs = OUTPUTS[name];
    const shown = Object.fromEntries(
      Object.entries(outputs).map(([key, output]) => [key, { ...output, ...described(docs, [name], key) }]),
    );
    return {
      ...describedAs(docs, name),
      // Of a stack that moves to another language: without it Pulumi would delete the resource of the dynamic provider, and
      // with it the people, after it made this one.
      aliases: [{ type: TYPE_TOKENS[name] }],
      inputProperties: inputs.properties,
      requiredInputs: inputs.required,
      properties: { ...inputs.properties, ...shown },
      required: [...new Set([...inputs.required, ...Object.keys(outputs)])],
    };
  };

  const resources = {
    [NATIVE_TYPE_TOKENS.NotionUser]: resource("NotionUser", userInputsSchema.shape),
    [NATIVE_TYPE_TOKENS.NotionRoleAssignment]: resource("NotionRoleAssignment", roleInputsSchema.shape),
    [NATIVE_TYPE_TOKENS.NotionWorkspace]: withFiles(
      resource("NotionWorkspace", workspaceInputsSchema.shape),
      docs,
    ),
    [NATIVE_TYPE_TOKENS.NotionGroup]: resource("NotionGroup", groupInputsSchema.shape),
    [NATIVE_TYPE_TOKENS.NotionGroupMembership]: resource(
      "NotionGroupMembership",
      membershipInputsSchema.shape,
    ),
  };
  const settings = propertiesOf(providerInputsSchema.shape, "Provider");
  const token = { ...Object(settings.properties.scimToken), secret: true };
  const variables: Spec = { ...settings.properties, scimToken: token };
  return {
    name: PACKAGE,
    displayName: "Notion members",
    version,
    description: "Notion workspace members and roles as code, over Notion's SCIM 2.0 API.",
    keywords: ["pulumi", "notion", "scim", "category/identity"],
    license: "Apache-2.0",
    publisher: "pulumi-notion",
    config: { variables },
    provider: {
      ...describedAs(docs, "Provider"),
      inputProperties: variables,
      properties: {
        scimToken: token,
        scimTokenEnv: variables.scimTokenEnv,
        baseUrl: variables.baseUrl,
        tokenOwner: variables.tokenOwner,
      },
    },
    types,
    resources,
    language: LANGUAGES,
  };
}

/** What each resource has beside what is declared. */
const OUTPUTS = {
  NotionUser: {
    name: { $ref: `#/types/${PACKAGE}:index:PersonName` },
    active: { type: "boolean" },
    adopted: { type: "boolean" },
  },
  NotionRoleAssignment: { role: { type: "string" } },
  NotionWorkspace: { ids: { type: "object", additionalProperties: { type: "string" } } },
  NotionGroup: { groupId: { type: "string" }, adopted: { type: "boolean" } },
  NotionGroupMembership: { adopted: { type: "boolean" } },
} as const;

const LANGUAGES = {
  nodejs: {
    packageName: "@pulumi-notion/sdk",
    respectSchemaVersion: true,
    dependencies: { "@pulumi/pulumi": "^3.204.0" },
  },
  python: { packageName: "pulumi_notion", respectSchemaVersion: true, pyproject: { enabled: true } },
  go: {
    importBasePath: "pulumi-notion/sdk/go/notion",
    generateResourceContainerTypes: true,
    respectSchemaVersion: true,
  },
};

/** A workspace is given `people`, or the path of a `roster` with them; and groups likewise. */
function withFiles(workspace: { inputProperties: Spec; requiredInputs: string[] }, docs: Docstrings): Spec {
  return {
    ...workspace,
    inputProperties: {
      ...workspace.inputProperties,
      ...Object.fromEntries(
        ["roster", "groupsFile"].map((key) => [
          key,
          { type: "string", plain: true, ...described(docs, DOCUMENTED.NotionWorkspace, key) },
        ]),
      ),
    },
    requiredInputs: workspace.requiredInputs.filter((key) => key !== "people"),
  };
}

function nameOf(object: z.ZodObject): Documented {
  const { shape } = object;
  if (shape === declaredPerson.shape) return "Person";
  if (shape === declaredGroup.shape) return "WorkspaceGroup";
  if ("department" in shape) return "GroupRule";
  if ("givenName" in shape) return "PersonName";
  return "primary" in shape ? "PhoneNumber" : "WorkspaceLimits";
}

function isOptional(schema: z.ZodType): boolean {
  return schema instanceof z.ZodExactOptional || schema instanceof z.ZodOptional;
}

function described(docs: Docstrings, of: readonly string[], key: string): Spec {
  return describedAs(docs, ...of.map((name) => `${name}.${key}`));
}

/** The first of some docstrings that there is. */
function describedAs(docs: Docstrings, ...names: string[]): Spec {
  const found = names.find((name) => docs[name] !== undefined);
  return found === undefined ? {} : { description: docs[found] };
}

const pascal = (value: string) => value.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
