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
    `provider/inventory/${name}`,
    [
      NODE,
      "node_modules/",
      "^provider/(?!inventory/)",
      ...below.map((each) => `^provider/inventory/${each}/`),
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
      // Left until the state has a module of its own.
      from: { pathNot: "^provider/inventory/reading/declared(-workspace)?\\.ts$" },
      to: { circular: true },
    },
    only("provider/member", [NODE, ...npm("zod")], "The vocabulary: nothing below it."),
    only(
      "provider/state",
      [NODE, ...npm("zod"), "^provider/member/"],
      "What each resource keeps: nobody else knows a field of the state.",
    ),
    only(
      "provider/plan",
      [NODE, "^provider/(member|state)/"],
      "What is to happen is decided without looking anywhere.",
    ),
    only(
      "provider/scim",
      [NODE, ...npm("undici", "zod", "p-queue", "p-retry"), "^provider/member/", "^provider/secret\\.ts$"],
      "The wire knows no Pulumi.",
    ),
    only("provider/roster", [NODE, "^provider/(member|scim)/"], "The roster reads through the client."),
    types(
      only(
        "provider/lifecycle",
        [
          NODE,
          ...npm("zod"),
          "^provider/(member|plan|roster|scim|state)/",
          "^provider/(config|engine-watch|node-version)\\.ts$",
        ],
        "The lifecycle runs in the provider process, without @pulumi/pulumi but for types.",
      ),
    ),
    types(
      only(
        "provider/resources",
        [...npm("@pulumi/pulumi"), "^(node:)?(fs|module|path)$", "^provider/node-version\\.ts$"],
        "A program that imports the package loads @pulumi/pulumi and no other package.",
      ),
    ),
    types(
      only(
        "provider/people",
        [NODE, ...npm("@pulumi/pulumi", "csv-parse", "yaml"), "^provider/member/"],
        "Reading a roster file; the program loads it only when it asks for it.",
      ),
    ),
    only(
      "provider/inventory",
      [
        NODE,
        "^provider/(member|people|plan|scim|state)/",
        "^provider/(config|node-version|secret)\\.ts$",
        "^provider/resources/(stub|type-tokens)\\.ts$",
        "node_modules/",
      ],
      "The inventory reads: never a writer, never the lifecycle.",
    ),
    room("console", [], "Terminal and files: the ground that every room stands on."),
    room("reading", ["console"], "What is there and what is declared, as values."),
    room("sources", ["console"], "Lists of people that others export, as values."),
    room("comparing", ["console", "reading"], "Declared or earlier against what is there, as values."),
    room(
      "reconciling",
      ["console", "reading", "sources"],
      "Who is there against the lists of people, as values.",
    ),
    room("taking-over", ["console", "reading"], "Who is there, as a program, a roster and an import file."),
    room(
      "accepting",
      ["console", "reading", "comparing", "taking-over"],
      "Drift as changes of a roster, as values.",
    ),
    room("checking", ["console", "reading", "comparing"], "What doctor looks at, as values."),
    room("previewing", ["console", "reading"], "What a preview's JSON says, and the plan in it, as values."),
    room(
      "printing",
      ["console", "reading", "comparing", "reconciling", "checking", "previewing"],
      "Values as tables, JSON, CSV, Markdown.",
    ),
    room(
      "reviewing",
      ["console", "reading", "sources", "comparing", "printing"],
      "An access review, from its population to its evidence, as values and files.",
    ),
    only(
      "provider/inventory/reviewing/page",
      [
        ...npm("csv-parse"),
        "^provider/member/(email|role)\\.ts$",
        "^provider/inventory/console/text\\.ts$",
        "^provider/inventory/reviewing/(cell-lines|decision-columns|page-data|person|rules)\\.ts$",
      ],
      "What runs in a browser: what is bundled into the page.",
    ),
    room(
      "commands",
      [
        "console",
        "reading",
        "sources",
        "comparing",
        "reconciling",
        "taking-over",
        "accepting",
        "checking",
        "previewing",
        "printing",
        "reviewing",
      ],
      "A command calls the rooms one after another; nobody but run calls a command.",
    ),
    only(
      "policies",
      [
        ...npm("@pulumi/policy", "@pulumi/pulumi", "zod"),
        "^provider/(member|plan|state)/",
        "^provider/resources/type-tokens\\.ts$",
      ],
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
        "^provider/inventory/console/",
        "^provider/inventory/node-version\\.ts$",
        "^provider/member/email\\.ts$",
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
