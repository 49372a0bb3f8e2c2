import { setImmediate as pause, setTimeout as sleep } from "node:timers/promises";
import { ComponentResource, output, ProviderResource, type Resource, runtime } from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  NotionGroup,
  NotionGroupMembership,
  NotionGuard,
  NotionRoleAssignment,
  NotionUser,
  NotionWorkspace,
} from "../../provider/index";

/** What the engine gets of each resource of this package, by name. */
let registered: Map<string, Record<string, unknown>>;
/** Whom the engine had made when it heard of each resource. */
let madeBefore: Map<string, string[]>;
const engineMade: string[] = [];

beforeAll(() =>
  runtime.setMocks({
    call: () => ({}),
    newResource: async ({ type, name, inputs }) => {
      if (type.includes("notion:")) {
        registered.set(name, inputs);
        madeBefore.set(name, [...engineMade]);
        if (name === "holder") await sleep(20);
        engineMade.push(name);
      }
      return { id: `id of ${name}`, state: { ...inputs, ids: {} } };
    },
  }),
);

beforeEach(() => {
  registered = new Map();
  madeBefore = new Map();
  engineMade.length = 0;
});

const made: Resource[] = [];
function make<T extends Resource>(resource: T): T {
  made.push(resource);
  return resource;
}

/** Runs a program in a stack of its own. @returns why it was refused; undefined where it was not */
async function refusalOf(program: () => void | Promise<void>): Promise<string | undefined> {
  let reason: string | undefined;
  await runtime.runInPulumiStack(async () => {
    try {
      await program();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  });
  // What was declared is registered before the next test begins.
  await Promise.all(made.splice(0).map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return reason;
}

const user = (name: string, args: object = {}) =>
  make(new NotionUser(name, { userName: `${name}@example.com`, ...args }));
const workspace = (
  name: string,
  undeclared?: "ignore" | "report" | "restrict" | "remove",
  more: object = {},
) =>
  make(
    new NotionWorkspace(name, {
      people: [{ userName: `${name}@example.com`, ...more }],
      ...(undeclared && { undeclared }),
    }),
  );

describe("people who are declared after the program's first pause", () => {
  test.each<[string, () => unknown]>([
    ["a NotionUser", () => user("late")],
    ["a NotionWorkspace", () => workspace("late")],
  ])("are refused before they are registered: %s", async (_, declare) => {
    const reason = await refusalOf(async () => {
      user("early");
      await sleep(5);
      declare();
    });
    expect(reason).toContain('"late" is declared too late');
    expect(reason).toContain("Collect first, then declare");
    expect([...registered.keys()]).toEqual(["early"]);
  });

  test("are refused in an apply, too, which is a pause", async () => {
    const reason = await refusalOf(async () => {
      const { ids } = workspace("early");
      await new Promise((resolve, reject) => {
        ids.apply(() => {
          try {
            resolve(workspace("late"));
          } catch (error) {
            reject(error);
          }
        });
      });
    });
    expect(reason).toContain('NotionWorkspace "late" is declared too late');
  });

  test("are fine where the pause comes before the first of them, and where nothing is waited for between them", async () => {
    expect(
      await refusalOf(async () => {
        await sleep(5);
        user("ada");
        await Promise.resolve();
        user("bea");
        workspace("acme");
      }),
    ).toBeUndefined();
    await expect.poll(() => registered.size).toBe(3);
  });

  test("may be looked up, which declares nobody", async () => {
    expect(
      await refusalOf(async () => {
        user("early");
        await sleep(5);
        make(NotionUser.get("somebody", "1"));
      }),
    ).toBeUndefined();
  });

  test("may be given a role, but not beside a workspace that decides over everybody", async () => {
    const assign = async () => {
      await sleep(5);
      make(new NotionRoleAssignment("late", { userId: "1", role: "member" }));
    };
    expect(
      await refusalOf(() => {
        user("early");
        return assign();
      }),
    ).toBeUndefined();
    expect(
      await refusalOf(() => {
        workspace("early", "restrict");
        return assign();
      }),
    ).toContain('NotionRoleAssignment "late" is declared too late');
  });

  test("may be put into a group, but not beside a workspace that decides over everybody", async () => {
    const join = async () => {
      await sleep(5);
      make(new NotionGroupMembership("late", { groupId: "g", userId: "1" }));
    };
    expect(
      await refusalOf(() => {
        workspace("early");
        return join();
      }),
    ).toBeUndefined();
    expect(
      await refusalOf(() => {
        workspace("early", "restrict");
        return join();
      }),
    ).toContain('NotionGroupMembership "late" is declared too late');
  });
});

describe.each(["restrict", "remove"] as const)("a workspace with undeclared: %s", (undeclared) => {
  test.each<[string, () => unknown]>([
    ["a NotionUser before it", () => [user("other"), workspace("acme", undeclared)]],
    ["a NotionUser after it", () => [workspace("acme", undeclared), user("other")]],
    ["a workspace before it", () => [workspace("other"), workspace("acme", undeclared)]],
    ["a workspace after it", () => [workspace("acme", undeclared), workspace("other")]],
  ])("is refused beside %s", async (_, declare) => {
    const reason = await refusalOf(() => void declare());
    expect(reason).toContain(
      `NotionWorkspace "acme" has undeclared: "${undeclared}" and decides over everybody`,
    );
    expect(reason).toMatch(/Notion(User|Workspace) "other" does/);
    expect(reason).toContain('set undeclared to "report"');
    expect(registered.size).toBeLessThan(2);
  });

  test("is fine alone, and beside people who are only looked up or given a role", async () => {
    expect(
      await refusalOf(() => {
        workspace("acme", undeclared);
        make(NotionUser.get("somebody", "1"));
        make(new NotionRoleAssignment("early", { userId: "1", role: "member" }));
      }),
    ).toBeUndefined();
  });
});

test("workspaces that do not decide over unmanaged people stand beside others", async () => {
  expect(
    await refusalOf(() => {
      workspace("acme", "report");
      workspace("other", "ignore");
      user("ada");
    }),
  ).toBeUndefined();
});

describe("the option import", () => {
  test.each<[string, (opts: { import: string }) => unknown]>([
    ["a NotionUser", (opts) => new NotionUser("ada", { userName: "ada@example.com" }, opts)],
    [
      "a NotionRoleAssignment",
      (opts) => new NotionRoleAssignment("ada", { userId: "1", role: "member" }, opts),
    ],
    ["a NotionWorkspace", (opts) => new NotionWorkspace("ada", { people: [] }, opts)],
    ["a NotionGuard", (opts) => new NotionGuard("ada", {}, opts)],
    ["a NotionGroup", (opts) => new NotionGroup("ada", { displayName: "Platform" }, opts)],
    [
      "a NotionGroupMembership",
      (opts) => new NotionGroupMembership("ada", { groupId: "g", userId: "1" }, opts),
    ],
  ])("is refused for %s, and it is said that adopting happens by itself", async (_, declare) => {
    const reason = await refusalOf(() => void declare({ import: "1" }));
    expect(reason).toContain(
      '"ada" has the option `import`, which does not work with this resource. Take it out',
    );
    expect(reason).toContain("`pulumi up` adopts existing members by itself");
    expect(reason).toContain("`notion-inventory export --import`");
    expect([...registered.keys()]).not.toContain("ada");
  });
});

describe("a provider of its own", () => {
  class Team extends ComponentResource {}
  class Other extends ProviderResource {}

  test.each<[string, (provider: ProviderResource) => unknown]>([
    ["a NotionUser", (provider) => new NotionUser("ada", { userName: "ada@example.com" }, { provider })],
    ["a NotionWorkspace", (provider) => new NotionWorkspace("ada", { people: [] }, { provider })],
    [
      "a NotionRoleAssignment",
      (provider) => new NotionRoleAssignment("ada", { userId: "1", role: "member" }, { provider }),
    ],
    [
      "a component's NotionUser",
      (provider) => {
        const parent = new Team("my:Team", "team", {}, { providers: [provider] });
        return new NotionUser("ada", { userName: "ada@example.com" }, { parent });
      },
    ],
  ])("is refused for %s, since Pulumi would ignore it, and it is said what to use", async (_, declare) => {
    const reason = await refusalOf(() => void declare(new Other("pulumi-nodejs", "other", {})));
    expect(reason).toContain('"ada" is given a provider');
    expect(reason).toContain("use a stack of its own for each workspace");
    expect([...registered.keys()]).not.toContain("ada");
  });

  test("of another package on a component is none of ours", async () => {
    expect(
      await refusalOf(() => {
        const providers = [new Other("random", "other", {})];
        make(
          new NotionUser(
            "ada",
            { userName: "ada@example.com" },
            { parent: new Team("my:Team", "team", {}, { providers }) },
          ),
        );
      }),
    ).toBeUndefined();
  });
});

describe("what the resources of a program tell each other", () => {
  test("two of one name, of another kind or in another component, do not declare the same person", async () => {
    expect(
      await refusalOf(() => {
        workspace("ada");
        user("ada");
      }),
    ).toContain('The member ada@example.com is declared twice, by "ada" and by "ada"');
  });

  test("one account is declared once", async () => {
    expect(
      await refusalOf(() => {
        user("ada", { userId: "1" });
        user("bea", { userId: "1" });
      }),
    ).toContain('The account 1 is declared twice, by "ada" and by "bea"');
  });

  test("a workspace hears every name of the others: addresses, former ones and accounts", async () => {
    await refusalOf(() => {
      workspace("acme", "report");
      user("ada", { formerUserName: "Old@example.com" });
      user("bea", { userId: "B" });
      make(new NotionRoleAssignment("cyd", { userId: "C", role: "member" }));
    });
    const { declaredElsewhere = [] } = registered.get("acme") ?? {};
    expect([...(declaredElsewhere as string[])].sort()).toEqual([
      "ada@example.com",
      "bea@example.com",
      "old@example.com",
    ]);
    expect(registered.get("acme")?.accountsElsewhere).toEqual({ B: "bea@example.com" });
  });

  test("somebody who is declared by their address hears which accounts others declare by id", async () => {
    await refusalOf(() => {
      user("ada");
      user("bea", { userId: "B" });
      workspace("acme", "report", { id: "A" });
    });
    await expect
      .poll(() => registered.get("ada")?.accountsElsewhere)
      .toEqual({
        A: "acme@example.com",
        B: "bea@example.com",
      });
    expect(registered.get("bea")).not.toHaveProperty("accountsElsewhere");
  });

  test("somebody who is declared by an id hears which e-mails others declare", async () => {
    await refusalOf(() => {
      user("ada");
      user("bea", { userId: "B", formerUserName: "old@example.com" });
      workspace("acme", "report");
    });
    await expect
      .poll(() => registered.get("bea")?.addressesElsewhere)
      .toEqual(["ada@example.com", "acme@example.com"]);
    expect(registered.get("ada")).not.toHaveProperty("addressesElsewhere");
  });

  test("a workspace hears whose role the program gives, who is in a group by it, and which of these are for somebody not known yet", async () => {
    let giveLate = (_id: string) => {};
    const late = new Promise<string>((resolve) => {
      giveLate = resolve;
    });
    const done = refusalOf(() => {
      workspace("acme", "report");
      make(new NotionRoleAssignment("declared", { userId: user("ada").id, role: "member" }));
      make(new NotionRoleAssignment("text", { userId: "T", role: "member" }));
      make(new NotionRoleAssignment("output", { userId: output("O"), role: "member" }));
      make(new NotionRoleAssignment("slow", { userId: output(late), role: "member" }));
      make(new NotionGroupMembership("in a group", { groupId: "g", userId: "G" }));
    });
    await expect
      .poll(() => registered.get("acme")?.assignedElsewhere)
      .toEqual({ ids: ["T", "O", "G"], unknown: ["slow"] });
    giveLate("S");
    await done;
  });

  test("a workspace hears what others were told of it, and nothing where it is alone", async () => {
    await refusalOf(() => {
      workspace("alone");
    });
    expect(registered.get("alone")).not.toHaveProperty("declaredHere");
    await refusalOf(() => {
      workspace("acme");
      user("ada");
    });
    expect(registered.get("acme")?.declaredHere).toEqual(["acme@example.com"]);
  });
});

test("the first resource that declares people tells how many do: nothing is written before the engine has handed over the state of all", async () => {
  await refusalOf(() => {
    workspace("acme");
    user("ada");
    make(new NotionRoleAssignment("role", { userId: "R", role: "member" }));
    user("bea");
  });
  expect(["acme", "ada", "bea"].map((name) => registered.get(name)?.declaredInAll)).toEqual([
    3,
    undefined,
    undefined,
  ]);
});

describe("a newcomer with an address that another resource hands on waits for it, declared before it:", () => {
  const newcomer = { userName: "ada@example.com" };
  const holder = { userName: "ada.new@example.com", formerUserName: "Ada@example.com" };
  const asUser = (name: string, person: object) => user(name, person);
  const asRow = (name: string, person: object) => workspace(name, undefined, person);

  test.each<[string, typeof asUser | typeof asRow, typeof asUser | typeof asRow]>([
    ["a NotionUser, of a NotionUser", asUser, asUser],
    ["a NotionUser, of a workspace", asUser, asRow],
    ["a row, of a NotionUser", asRow, asUser],
    ["a row, of another workspace", asRow, asRow],
  ])("%s", async (_, declareNewcomer, declareHolder) => {
    expect(
      await refusalOf(() => {
        declareNewcomer("newcomer", newcomer);
        declareHolder("holder", holder);
      }),
    ).toBeUndefined();
    expect(madeBefore.get("newcomer")).toEqual(["holder"]);
    // A run that leaves the holder out (`--target`) is told, too.
    const { handedOn, handedOnBy } = registered.get("newcomer") ?? {};
    expect(handedOnBy ?? Object(handedOn)["ada@example.com"]).toBe("ada.new@example.com");
  });

  test("and where the two are rows of one workspace, it waits for nobody", async () => {
    const people = [newcomer, holder];
    expect(await refusalOf(() => void make(new NotionWorkspace("acme", { people })))).toBeUndefined();
    expect([...registered.keys()]).toEqual(["acme"]);
  });
});

describe("a guard", () => {
  const guard = (name = "people") => make(new NotionGuard(name, { maxRemovals: 1 }));
  const role = (name: string, of: NotionUser | string, more: object = {}) =>
    make(
      new NotionRoleAssignment(`${name}-role`, {
        userId: typeof of === "string" ? of : of.id,
        role: "member",
        ...more,
      }),
    );

  test("is told of everybody whom the program declares one by one, with their roles", async () => {
    const reason = await refusalOf(() => {
      guard();
      const ada = user("ada", { onRemove: "retain" });
      role("ada", ada, { until: "2099-12-31", then: "restricted_member", onRemove: "retain" });
      user("bea");
      role("cyd", "T", { member: "cyd@example.com" });
      make(
        new NotionWorkspace("acme", {
          people: [
            { userName: "Olivia@example.com", role: "owner" },
            { userName: "petra@example.com", role: "owner", roleUntil: "2099-12-31", roleThen: "member" },
          ],
        }),
      );
    });
    expect(reason).toBeUndefined();
    await expect
      .poll(() => registered.get("people")?.members)
      .toEqual({
        ada: {
          userName: "ada@example.com",
          onRemove: "retain",
          role: "member",
          until: "2099-12-31",
          then: "restricted_member",
          onRoleRemove: "retain",
        },
        bea: { userName: "bea@example.com" },
        "cyd-role": { userName: "cyd@example.com", role: "member" },
      });
    expect(registered.get("people")?.owners).toEqual(["olivia@example.com"]);
  });

  test("comes first: people and roles wait for it", async () => {
    await refusalOf(() => {
      guard();
      role("ada", user("ada"));
    });
    expect(madeBefore.get("ada")).toEqual(["people"]);
    expect(madeBefore.get("ada-role")).toEqual(["people", "ada"]);
  });

  test.each<[string, () => unknown, string]>([
    ["people", () => user("ada"), 'NotionUser "ada"'],
    ["roles", () => role("ada", "T"), 'NotionRoleAssignment "ada-role"'],
  ])("that is declared after %s is refused", async (_, declare, what) => {
    const reason = await refusalOf(() => {
      declare();
      guard();
    });
    expect(reason).toBe(
      `NotionGuard "people" is declared after ${what}, which would not wait for it. Declare the guard before all people and roles.`,
    );
  });

  test("refuses a role that is declared after the program's first pause: it has been planned without it", async () => {
    const reason = await refusalOf(async () => {
      guard();
      const ada = user("ada");
      await pause();
      role("ada", ada);
    });
    expect(reason).toContain('NotionRoleAssignment "ada-role" is declared too late');
    expect(reason).toContain('NotionGuard "people" was planned without it');
  });
});
