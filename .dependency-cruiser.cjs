/** The layers of the house (CONTRIBUTING.md), held by the linter. */
const only = (layer, allowed, comment) => ({
  name: `${layer.replaceAll("/", "-")}-imports`,
  comment,
  severity: "error",
  from: { path: `^${layer}/` },
  to: { pathNot: [`^${layer}/`, ...allowed] },
});
const NODE =
  "^(node:)?(fs|path|os|url|util|crypto|events|stream|timers|process|module|child_process|readline|perf_hooks|v8|diagnostics_channel)(/|$)";
const npm = (...names) => names.map((name) => `node_modules/${name}/`);
/** A room of the inventory and the rooms below it. */
const room = (name, below, comment) =>
  only(
    `inventory/${name}`,
    [NODE, "node_modules/", "^provider/", ...below.map((each) => `^inventory/${each}/`)],
    comment,
  );
/** The folder of a command, and the other commands whose values it uses. */
const command = (name, others, comment) =>
  only(
    `inventory/${name}`,
    [
      NODE,
      "node_modules/",
      "^provider/",
      "^inventory/(cli|live|output)/",
      "^inventory/options\\.ts$",
      ...others.map((each) => `^inventory/${each}/`),
    ],
    comment,
  );
const types = (rule) => ({ ...rule, to: { ...rule.to, dependencyTypesNot: ["type-only"] } });

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      comment: "Types as well: files that know each other are one file.",
      from: {},
      to: { circular: true },
    },
    only("provider/model", [NODE, ...npm("zod")], "The vocabulary: nothing below it."),
    only(
      "provider/state",
      [NODE, ...npm("zod"), "^provider/model/"],
      "What each resource keeps: nobody else knows a field of the state.",
    ),
    only(
      "provider/plan",
      [NODE, "^provider/(model|state)/"],
      "What is to happen is decided without looking anywhere.",
    ),
    only(
      "provider/scim",
      [NODE, ...npm("undici", "zod", "p-queue", "p-retry"), "^provider/model/", "^provider/secret\\.ts$"],
      "The wire knows no Pulumi.",
    ),
    only("provider/directory", [NODE, "^provider/(model|scim)/"], "The roster reads through the client."),
    only(
      "provider/apply",
      [NODE, "^provider/(model|plan|directory|scim|state)/"],
      "A plan is applied without knowing a resource or its host.",
    ),
    types(
      only(
        "provider/lifecycle",
        [NODE, ...npm("zod"), "^provider/(apply|model|plan|directory|scim|state)/", "^provider/config\\.ts$"],
        "The lifecycle runs in the provider process and knows no host: nothing of Pulumi, not even a type.",
      ),
    ),
    {
      name: "lifecycle-without-pulumi",
      severity: "error",
      from: { path: "^provider/lifecycle/" },
      to: { path: "node_modules/(@pulumi|@grpc)/" },
    },
    types(
      only(
        "provider/hosts/dynamic",
        [NODE, "^provider/(lifecycle|scim|state)/", "^provider/(engine-watch|node-version)\\.ts$"],
        "The lifecycle as Pulumi's host of dynamic providers calls it.",
      ),
    ),
    only(
      "provider/hosts/plugin",
      [
        NODE,
        "^(node:)?async_hooks$",
        ...npm("@grpc/grpc-js", "@pulumi/pulumi/proto", "google-protobuf", "@types/google-protobuf", "zod"),
        "^provider/(lifecycle|model|plan|roster|scim|state)/",
        "^provider/(engine-watch|node-version)\\.ts$",
      ],
      "The lifecycle as a native plugin: gRPC and Pulumi's messages, nothing else of its SDK.",
    ),
    types(
      only(
        "provider/resources",
        [
          ...npm("@pulumi/pulumi"),
          "^(node:)?(fs|module|path)$",
          "^provider/node-version\\.ts$",
          "^provider/hosts/dynamic/stub\\.ts$",
          "^provider/state/type-tokens\\.ts$",
          // Loaded when a program asks for it.
          "^provider/roster/read-roster\\.ts$",
        ],
        "A program that imports the package loads @pulumi/pulumi and no other package.",
      ),
    ),
    types(
      only(
        "provider/roster",
        [NODE, ...npm("@pulumi/pulumi", "csv-parse", "yaml", "zod"), "^provider/(model|state)/"],
        "Reading a roster file; the program loads it only when it asks for it.",
      ),
    ),
    only(
      "inventory",
      [
        NODE,
        "^provider/(model|roster|plan|scim|state)/",
        "^provider/(config|node-version|secret)\\.ts$",
        "^provider/hosts/dynamic/stub\\.ts$",
        "node_modules/",
      ],
      "The inventory reads: never a writer, never the lifecycle.",
    ),
    room("cli", [], "Terminal and files: the ground that every room stands on."),
    room("live", ["cli"], "The workspace, the stack and the roster as they are, as values."),
    room("output", ["cli"], "Values as tables, JSON, CSV, Markdown."),
    command("sources", [], "Lists of people that others export, as values."),
    room("edit", ["cli", "live"], "An edit of the roster, shown as a diff and written."),
    command("drift", [], "Declared, or an earlier report, against Notion."),
    command("report", ["drift"], "Members, roles and groups; expirations that come."),
    command("export", [], "The workspace as a program, a roster and an import file."),
    command("accept", ["drift", "export", "edit"], "Drift, and ids, as edits of the roster."),
    command("compare", ["drift", "sources", "edit"], "Lists of other systems against Notion and the roster."),
    command("doctor", ["drift"], "What stands in the way of a run."),
    command("plan", [], "The plan in the JSON of a preview."),
    command("elevate", ["edit"], "A role for a time, as an edit of the roster."),
    command("review", ["drift", "sources", "edit"], "An access review, from its population to its evidence."),
    only(
      "inventory/review/page",
      [
        ...npm("csv-parse"),
        "^provider/model/(email|role)\\.ts$",
        "^inventory/cli/text\\.ts$",
        "^inventory/review/(cell-lines|decision-columns|page-data|person|rules)\\.ts$",
      ],
      "What runs in a browser: what is bundled into the page.",
    ),
    only(
      "policies",
      [...npm("@pulumi/policy", "@pulumi/pulumi", "zod"), "^provider/(model|plan|state)/"],
      "The pack is complete by itself when it is packed: what it imports is what the build puts into it (tools/build.mts).",
    ),
    only(
      "ci",
      [
        NODE,
        ...npm(
          "@gitbeaker/core",
          "@gitbeaker/requester-utils",
          "@octokit/core",
          "@octokit/plugin-paginate-rest",
        ),
        ...npm("commander"),
        "^inventory/cli/",
        "^inventory/node-version\\.ts$",
        "^provider/model/email\\.ts$",
        "^provider/scim/(errors|retry)\\.ts$",
        "^provider/secret\\.ts$",
      ],
      "The program that talks to a forge passes on what the inventory printed: it asks Notion and Pulumi for nothing.",
    ),
    only(
      "test/forge",
      [NODE, "^(node:)?(http|net)$", "node_modules/"],
      "A forge that shares nothing with ci/.",
    ),
    only(
      "test/simulator",
      [NODE, "^(node:)?(http|net)$", "node_modules/"],
      "The simulator is an independent oracle: nothing of provider/.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(policies/)?dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
