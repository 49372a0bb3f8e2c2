/** The layers of the house (CONTRIBUTING.md), held by the linter. */
const only = (layer, allowed, comment) => ({
  name: `${layer.replaceAll("/", "-")}-imports`,
  comment,
  severity: "error",
  from: { path: `^${layer}/` },
  to: { pathNot: [`^${layer}/`, ...allowed] },
});
const NODE =
  "^(node:)?(fs|path|os|url|util|crypto|events|stream|timers|process|module|child_process|readline|perf_hooks|v8)(/|$)";
const npm = (...names) => names.map((name) => `node_modules/${name}/`);
const types = (rule) => ({ ...rule, to: { ...rule.to, dependencyTypesNot: ["type-only"] } });

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("provider/member", [NODE, ...npm("zod")], "The vocabulary: nothing below it."),
    only(
      "provider/scim",
      [NODE, ...npm("undici", "zod", "p-queue", "p-retry"), "^provider/member/", "^provider/secret\\.ts$"],
      "The wire knows no Pulumi.",
    ),
    only("provider/roster", ["^provider/(member|scim)/"], "The roster reads through the client."),
    types(
      only(
        "provider/lifecycle",
        [
          NODE,
          ...npm("zod"),
          "^provider/(member|roster|scim)/",
          "^provider/(config|engine-watch|limits)\\.ts$",
        ],
        "The lifecycle runs in the provider process, without @pulumi/pulumi but for types.",
      ),
    ),
    types(
      only(
        "provider/resources",
        npm("@pulumi/pulumi"),
        "A program that imports the package loads @pulumi/pulumi and nothing else.",
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
        "^provider/(member|scim)/",
        "^provider/(config|secret)\\.ts$",
        "^provider/resources/(stub|resource-name)\\.ts$",
        "node_modules/",
      ],
      "The inventory reads: never a writer, never the lifecycle.",
    ),
    only(
      "test/simulator",
      [NODE, "^(node:)?(http|net)$", "node_modules/"],
      "The simulator is an independent oracle: nothing of provider/.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
