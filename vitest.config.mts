import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take long, or use what a process has one of: Pulumi's runtime, the provider's session, the limits of
 * memory. Each gets a process of its own.
 */
const alone = [
  "test/{budget,contract,engine,faults,histories,hosts,resources,tools}/**/*.test.ts",
  "test/inventory/review/review-page.test.ts",
  "test/security.test.ts",
];

/** Files that start the engine take minutes, others seconds: they begin first, so that none is left to run alone. */
class EngineFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // By project, in the order of their names, and then by how long a file took the last time.
    const bySize = await super.sort(files);
    const startsEngine = ({ moduleId }: TestSpecification) => moduleId.includes("/test/engine/");
    return [...bySize.filter(startsEngine), ...bySize.filter((file) => !startsEngine(file))];
  }
}

export default defineConfig({
  test: {
    // Child processes and real sockets: slow machines must not decide whether a test passes.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // It imports JSON in a way that Node.js does not take.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
    pool: "forks",
    // Both projects take turns in the same workers. Twice the cores of CI: some tests wait, others compute.
    maxWorkers: 4,
    sequence: { sequencer: EngineFirst },
    projects: [
      {
        extends: true,
        // What a fault costs is mostly the pause before the next attempt: many wait side by side.
        test: { name: "alone", include: alone, maxConcurrency: 16 },
      },
      {
        extends: true,
        test: {
          // File after file in the same processes: loading the libraries for each took longer than its tests.
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
        },
      },
    ],
  },
});
