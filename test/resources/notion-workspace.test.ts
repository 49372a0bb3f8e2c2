import { type CustomResourceOptions, type ResourceTransformation, runtime } from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NotionWorkspace, type NotionWorkspaceArgs, type Person } from "../../provider/index";

/** A registration as the engine gets it, with the options as the component gave them. */
interface Registered {
  kind: string;
  name: string;
  inputs: Record<string, unknown>;
  options: CustomResourceOptions;
}

let registered: Registered[];
let options: Map<string, CustomResourceOptions>;
/** What happens before the engine answers for a resource of this kind and name. */
let before: (kind: string, name: string) => Promise<void>;
let workspaces = 0;

const kindOf = (type: string) => type.slice(type.lastIndexOf(":") + 1);

beforeAll(() =>
  runtime.setMocks(
    {
      call: () => ({}),
      newResource: async ({ type, name, inputs }) => {
        const kind = kindOf(type);
        registered.push({ kind, name, inputs, options: options.get(`${kind} ${name}`) ?? {} });
        await before(kind, name);
        return { id: `id of ${name}`, state: inputs };
      },
    },
    "project",
    "stack",
  ),
);

beforeEach(() => {
  registered = [];
  options = new Map();
  before = async () => {};
  workspaces += 1;
});

function make(args: NotionWorkspaceArgs): NotionWorkspace {
  const note: ResourceTransformation = ({ type, name, opts }) => {
    options.set(`${kindOf(type)} ${name}`, opts);
    return undefined;
  };
  return new NotionWorkspace(`acme-${workspaces}`, args, { transformations: [note] });
}

/** Makes a workspace and waits for everything that it registers. */
async function declare(args: NotionWorkspaceArgs): Promise<NotionWorkspace> {
  const workspace = make(args);
  const roles = args.people.filter(({ role }) => role !== undefined).length;
  await expect.poll(() => registered.length).toBe(2 + args.people.length + roles);
  return workspace;
}

const of = (kind: string) => registered.filter((each) => each.kind === kind);
const find = (kind: string, name: string) => of(kind).find((each) => each.name === name);

const ada: Person = { userName: "Ada@Example.com", role: "owner", title: "Countess" };
const bob: Person = { userName: "bob@example.com", role: "member" };
const eve: Person = { userName: "eve@example.com" };

describe("a workspace declares for each person", () => {
  test("a member named after the e-mail, with what is said of them and the role to begin with", async () => {
    await declare({ people: [ada, bob, eve] });
    expect(
      of("NotionUser")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["ada@example.com", "bob@example.com", "eve@example.com"]);
    expect(find("NotionUser", "ada@example.com")?.inputs).toMatchObject({
      userName: "Ada@Example.com",
      title: "Countess",
      initialRole: "owner",
    });
    expect(find("NotionUser", "eve@example.com")?.inputs).not.toHaveProperty("initialRole");
    for (const { inputs } of of("NotionUser"))
      for (const key of ["role", "key", "onRoleRemove", "protect"]) expect(inputs).not.toHaveProperty(key);
  });

  test("a role assignment if a role is given, and none otherwise: their role is left alone", async () => {
    await declare({ people: [ada, bob, eve] });
    expect(
      of("NotionRoleAssignment")
        .map(({ name, inputs }) => [name, inputs.userId, inputs.role])
        .sort(),
    ).toEqual([
      ["ada@example.com", "id of ada@example.com", "owner"],
      ["bob@example.com", "id of bob@example.com", "member"],
    ]);
  });

  test("resources that belong to the component, the role going with its member: one request removes both", async () => {
    const workspace = await declare({ people: [ada, bob] });
    for (const { options } of [...of("NotionUser"), ...of("NotionRoleAssignment"), ...of("NotionGuard")])
      expect(options.parent).toBe(workspace);
    for (const name of ["ada@example.com", "bob@example.com"]) {
      const { deletedWith } = find("NotionRoleAssignment", name)?.options ?? {};
      expect(deletedWith).toBeDefined();
      expect(deletedWith).toBe(workspace.users[name]);
      expect(find("NotionUser", name)?.options.deletedWith).toBeUndefined();
    }
  });

  test("the same names in whichever order people stand, and whoever else is there", async () => {
    await declare({ people: [eve, bob, ada] });
    expect(
      of("NotionUser")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["ada@example.com", "bob@example.com", "eve@example.com"]);
  });

  test("names that a URN can hold", async () => {
    await declare({ people: [{ userName: "o'neil::x/y%2F@example.com" }] });
    expect(of("NotionUser")[0]?.name).toBe("o%27neil%3A%3Ax%2Fy%252f@example.com");
  });

  test("the name that `key` says, so that an e-mail can change in place", async () => {
    const workspace = await declare({
      people: [{ ...ada, userName: "new@example.com", key: "ada@example.com" }],
    });
    expect(find("NotionUser", "ada@example.com")?.inputs.userName).toBe("new@example.com");
    expect(Object.keys(workspace.users)).toEqual(["ada@example.com"]);
  });

  test("what their removal does: their own word first, that of the workspace second", async () => {
    await declare({
      people: [{ ...bob, onRemove: "leave", onRoleRemove: "restore" }, eve],
      onRemove: "restrict",
    });
    expect(find("NotionUser", "bob@example.com")?.inputs.onRemove).toBe("leave");
    expect(find("NotionUser", "eve@example.com")?.inputs.onRemove).toBe("restrict");
    expect(find("NotionRoleAssignment", "bob@example.com")?.inputs.onRemove).toBe("restore");
  });

  test("protection, likewise, for the member and the role", async () => {
    await declare({ people: [{ ...bob, protect: false }, ada], protect: true });
    for (const kind of ["NotionUser", "NotionRoleAssignment"]) {
      expect(find(kind, "ada@example.com")?.options.protect).toBe(true);
      expect(find(kind, "bob@example.com")?.options.protect).not.toBe(true);
    }
  });
});

describe("somebody declared twice", () => {
  test.each([
    [
      "by the same e-mail in another case",
      [bob, { userName: "BOB@example.com" }],
      "BOB@example.com and bob@example.com",
    ],
    [
      "by one key",
      [
        { ...bob, key: "k" },
        { ...eve, key: "K" },
      ],
      "eve@example.com and bob@example.com",
    ],
    [
      "by a key that is another's e-mail",
      [bob, { ...eve, key: "bob@example.com" }],
      "eve@example.com and bob@example.com",
    ],
    ["with two roles", [bob, { ...bob, role: "owner" as const }], "bob@example.com and bob@example.com"],
  ])("%s is refused before anything is registered", (_, people, text) => {
    expect(() => make({ people })).toThrow(text);
    expect(registered.filter(({ kind }) => kind !== "NotionWorkspace")).toEqual([]);
  });
});

describe("the guard of a workspace", () => {
  test("knows everyone by resource name, with e-mail and role, and the limits", async () => {
    await declare({
      people: [ada, { ...bob, onRoleRemove: "leave" }, { ...eve, key: "eve" }],
      limits: {
        maxRemovals: 3,
        minOwners: 1,
        requiredOwners: ["ada@example.com"],
        tokenOwner: "ada@example.com",
      },
    });
    const { __provider: _, ...inputs } = of("NotionGuard")[0]?.inputs ?? {};
    expect(inputs).toEqual({
      members: {
        "ada@example.com": { userName: "Ada@Example.com", role: "owner" },
        "bob@example.com": { userName: "bob@example.com", role: "member", onRoleRemove: "leave" },
        eve: { userName: "eve@example.com" },
      },
      maxRemovals: 3,
      minOwners: 1,
      requiredOwners: ["ada@example.com"],
      tokenOwner: "ada@example.com",
    });
  });

  test("takes the token's owner from the configuration where the program does not say", async () => {
    runtime.setAllConfig({ "notion:tokenOwner": "olivia@example.com" });
    await declare({ people: [bob] });
    runtime.setAllConfig({});
    expect(of("NotionGuard")[0]?.inputs.tokenOwner).toBe("olivia@example.com");
  });

  test("comes before anyone else: while it has not passed, nobody is registered", async () => {
    let pass = () => {};
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    before = async (kind) => (kind === "NotionGuard" ? passed : undefined);
    make({ people: [ada, bob, eve] });
    await expect.poll(() => of("NotionGuard").length).toBe(1);
    // More turns of the event loop than registering three people takes.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(of("NotionUser")).toEqual([]);
    pass();
    await expect.poll(() => of("NotionRoleAssignment").length).toBe(2);
  });
});

test("nobody's role is changed before all owners are made: promotions come first", async () => {
  let promote = () => {};
  const promoted = new Promise<void>((resolve) => {
    promote = resolve;
  });
  before = async (kind, name) =>
    kind === "NotionRoleAssignment" && name === "ada@example.com" ? promoted : undefined;
  const carl: Person = { userName: "carl@example.com", role: "owner" };
  make({ people: [bob, ada, eve, carl] });
  await expect.poll(() => of("NotionRoleAssignment").length).toBe(2);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(
    of("NotionRoleAssignment")
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["ada@example.com", "carl@example.com"]);
  promote();
  await expect.poll(() => of("NotionRoleAssignment").length).toBe(3);
});

test("a workspace of nobody declares nothing but its guard", async () => {
  const workspace = await declare({ people: [] });
  expect(registered.map(({ kind }) => kind)).toEqual(["NotionWorkspace", "NotionGuard"]);
  expect(workspace.users).toEqual({});
});
